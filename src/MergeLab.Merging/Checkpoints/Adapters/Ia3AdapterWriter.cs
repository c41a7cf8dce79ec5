using System.Text.Encodings.Web;
using System.Text.Json;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Checkpoints.Adapters;

/// <summary>One module of an IA3 adapter to be written.</summary>
/// <param name="Module">Path of the module.</param>
/// <param name="FeedForward">Whether inputs are scaled.</param>
/// <param name="Shape">Of the vector: (outputs, 1), or (1, inputs) where <paramref name="FeedForward"/>.</param>
public sealed record Ia3Shape(string Module, bool FeedForward, IReadOnlyList<long> Shape)
{
    public TensorSpec Tensor(DType type) => new($"base_model.model.{Module}.ia3_l", type, Shape);
}

/// <summary>What an IA3 adapter's config says beside its vectors.</summary>
public sealed record Ia3AdapterOptions
{
    /// <summary>Name or path of the base model.</summary>
    public string? BaseModel { get; init; }

    /// <summary>CAUSAL_LM, SEQ_2_SEQ_LM, …</summary>
    public string? TaskType { get; init; }

    /// <summary>The modules are Conv1D (GPT-2).</summary>
    public bool FanInFanOut { get; init; }

    /// <summary>What the vectors are stored as.</summary>
    public DType DType { get; init; } = DType.F32;

    public bool Overwrite { get; init; }

    /// <summary>Further text files of the folder, by name.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();
}

/// <summary>Writes an IA3 adapter as PEFT loads it: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>, the folder appearing at once.</summary>
public static class Ia3AdapterWriter
{
    static readonly JsonWriterOptions ConfigForm = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="target">The folder to appear.</param>
    /// <param name="modules">At least one; each module once.</param>
    /// <param name="vector">The values of a module's vector.</param>
    /// <param name="options">The rest of the config.</param>
    /// <exception cref="Core.Errors.ProblemException">The target exists, or the disk is too small.</exception>
    public static void Write(string target, IReadOnlyCollection<Ia3Shape> modules, Func<Ia3Shape, float[]> vector, Ia3AdapterOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(modules.Count, nameof(modules));
        options ??= new Ia3AdapterOptions();
        var ordered = modules.OrderBy(m => m.Module, StringComparer.Ordinal).ToList();
        var tensors = ordered.Select(m => m.Tensor(options.DType)).ToList();
        using var folder = new FolderTransaction(target, options.Overwrite, tensors.Sum(t => t.Bytes + 256));
        using (var writer = SafetensorsWriter.Create(folder.File(PeftAdapter.WeightsFile), tensors))
        {
            foreach (var module in ordered)
            {
                var spec = module.Tensor(options.DType);
                var raw = new byte[spec.Bytes];
                Elements.FromSingle(spec.DType, vector(module), raw);
                writer.Write(spec.Name, 0, raw);
            }
            writer.Commit();
        }
        WriteConfig(folder.File(AdapterConfig.FileName), ordered, options);
        foreach (var (name, text) in options.Files) File.WriteAllText(folder.File(name), text);
        folder.Commit();
    }

    static void WriteConfig(string path, List<Ia3Shape> modules, Ia3AdapterOptions options)
    {
        using var stream = File.Create(path);
        using var json = new Utf8JsonWriter(stream, ConfigForm);
        json.WriteStartObject();
        json.WriteString("base_model_name_or_path", options.BaseModel);
        json.WriteBoolean("fan_in_fan_out", options.FanInFanOut);
        WriteNames(json, "feedforward_modules", modules.Where(m => m.FeedForward));
        json.WriteBoolean("inference_mode", true);
        json.WriteBoolean("init_ia3_weights", true);
        json.WriteNull("modules_to_save");
        json.WriteString("peft_type", "IA3");
        WriteNames(json, "target_modules", modules);
        json.WriteString("task_type", options.TaskType);
        json.WriteEndObject();
    }

    /// <summary>Full paths: they target nothing else.</summary>
    static void WriteNames(Utf8JsonWriter json, string key, IEnumerable<Ia3Shape> modules)
    {
        json.WriteStartArray(key);
        foreach (var module in modules) json.WriteStringValue(module.Module);
        json.WriteEndArray();
    }
}
