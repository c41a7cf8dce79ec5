using MergeLab.Core.Errors;

namespace MergeLab.Checkpoints.Adapters;

/// <summary>An IA3 vector of one module (Liu et al. 2022): it scales outputs, or on feed-forward modules inputs.</summary>
/// <param name="Path">Path of the module.</param>
/// <param name="Scales">Shape (outputs, 1), or (1, inputs) where <paramref name="FeedForward"/>; for convolutions with further ones.</param>
/// <param name="FeedForward">Whether inputs are scaled.</param>
public sealed record Ia3Module(string Path, TensorInfo Scales, bool FeedForward);

/// <summary>A tensor that takes the place of the base's tensor of that name: trained heads and biases.</summary>
/// <param name="Name">The base tensor's name as the trained model bore it.</param>
/// <param name="Tensor">Its new value.</param>
public sealed record ReplacedTensor(string Name, TensorInfo Tensor);

/// <summary>Retrained rows of an embedding.</summary>
/// <param name="Path">Path of the module.</param>
/// <param name="Rows">Row numbers.</param>
/// <param name="Values">Their new values, one row each.</param>
public sealed record ReplacedRows(string Path, IReadOnlyList<int> Rows, TensorInfo Values);

/// <summary>
/// An adapter folder as PEFT writes it: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>. Where PEFT passes over a damaged
/// adapter with a warning or without one (a missing factor, tensors nobody asked for, NaN), opening it fails.
/// </summary>
public sealed class PeftAdapter : IDisposable
{
    public const string WeightsFile = "adapter_model.safetensors";

    internal PeftAdapter(string folder, AdapterConfig config, SafetensorsFile weights)
    {
        Folder = folder;
        Config = config;
        Weights = weights;
    }

    public string Folder { get; }

    public AdapterConfig Config { get; }

    public SafetensorsFile Weights { get; }

    /// <summary>By module path in ordinal order.</summary>
    public required IReadOnlyList<LoraModule> Lora { get; init; }

    /// <summary>By module path in ordinal order.</summary>
    public required IReadOnlyList<Ia3Module> Ia3 { get; init; }

    /// <summary>By name in ordinal order.</summary>
    public required IReadOnlyList<ReplacedTensor> Replaced { get; init; }

    public required IReadOnlyList<ReplacedRows> Rows { get; init; }

    /// <summary>The adapter is a sum of low-rank updates and nothing else: it can be combined exactly in factor space.</summary>
    public bool IsPlainLora => Config is { Kind: AdapterKind.Lora, Dora: false, LoraBias: false, Initialisation: BaseInitialisation.None } && Replaced.Count == 0 && Rows.Count == 0;

    /// <exception cref="ProblemException">Not an adapter folder, a pickle, a damaged or contradictory adapter, or one whose arithmetic is not implemented.</exception>
    public static PeftAdapter Open(string folder)
    {
        if (!Directory.Exists(folder)) throw new ProblemException("no such adapter folder", new Place(folder), remedy: $"give a folder that holds {AdapterConfig.FileName}");
        var configFile = Path.Combine(folder, AdapterConfig.FileName);
        if (!File.Exists(configFile)) throw new ProblemException($"the adapter has no {AdapterConfig.FileName}", new Place(folder), "it holds the scale of the adapter", "fetch it again");
        var weightsFile = Path.Combine(folder, WeightsFile);
        if (!File.Exists(weightsFile))
        {
            var pickle = Path.Combine(folder, "adapter_model.bin");
            throw File.Exists(pickle)
                ? new ProblemException("pickled adapters are not read", new Place(pickle), "unpickling runs whatever program the file holds", $"save it as {WeightsFile}: save_pretrained(folder, safe_serialization=True)")
                : new ProblemException($"the adapter has no {WeightsFile}", new Place(folder), remedy: "fetch it again");
        }
        var config = AdapterConfig.Read(configFile);
        var weights = SafetensorsFile.Open(weightsFile);
        try
        {
            return AdapterContents.Read(folder, config, weights);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    public void Dispose() => Weights.Dispose();
}
