using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Checkpoints.Adapters;

/// <summary>One module of an adapter to be written: ΔW = (Alpha/Rank)·B·A.</summary>
/// <param name="Module">Path of the module.</param>
/// <param name="Rank">r.</param>
/// <param name="Alpha">lora_alpha; equal to the rank for a scale of one.</param>
/// <param name="Outputs">Rows of B; of an embedding its dimensions.</param>
/// <param name="InputShape">Shape of A after the rank: inputs; of an embedding tokens; of a convolution input channels and kernel.</param>
public sealed record LoraShape(string Module, int Rank, double Alpha, long Outputs, IReadOnlyList<long> InputShape)
{
    public LoraForm Form { get; init; }

    /// <summary>A and B as they are stored.</summary>
    public (TensorSpec A, TensorSpec B) Tensors(DType type)
    {
        var (a, b) = Form == LoraForm.Embedding ? ("lora_embedding_A", "lora_embedding_B") : ("lora_A.weight", "lora_B.weight");
        // The kernel of B is 1 in each of the dimensions that A's has.
        long[] outputs = [Outputs, Rank, .. Enumerable.Repeat(1L, InputShape.Count - 1)];
        return (new TensorSpec($"base_model.model.{Module}.{a}", type, [Rank, .. InputShape]), new TensorSpec($"base_model.model.{Module}.{b}", type, outputs));
    }
}

/// <summary>What an adapter's config says beside its factors.</summary>
public sealed record LoraAdapterOptions
{
    /// <summary>Name or path of the base model.</summary>
    public string? BaseModel { get; init; }

    /// <summary>target_modules; the full paths of the modules by default, which target nothing else.</summary>
    public IReadOnlyList<string>? TargetModules { get; init; }

    /// <summary>CAUSAL_LM, SEQ_2_SEQ_LM, …</summary>
    public string? TaskType { get; init; }

    /// <summary>The modules are Conv1D (GPT-2).</summary>
    public bool FanInFanOut { get; init; }

    /// <summary>What the factors are stored as.</summary>
    public DType DType { get; init; } = DType.F32;

    public bool Overwrite { get; init; }

    /// <summary>Modules whose own weights are in the file; modules_to_save.</summary>
    public IReadOnlyList<string> ModulesToSave { get; init; } = [];

    /// <summary>Tensors beside the factors: weights of saved modules, trained biases.</summary>
    public IReadOnlyList<SavedTensor> Saved { get; init; } = [];

    /// <summary>Some of <see cref="Saved"/> are biases of adapted modules, under <c>base_layer.bias</c>.</summary>
    public bool HasBiases { get; init; }

    /// <summary>Further text files of the folder, by name.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();
}

/// <summary>A tensor that is written as it is.</summary>
/// <param name="Spec">Its full name in the file, type and shape.</param>
/// <param name="Read">Its values as floats; asked for once.</param>
public sealed record SavedTensor(TensorSpec Spec, Func<float[]> Read);

/// <summary>Writes a LoRA adapter as PEFT loads it: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>, the folder appearing at once.</summary>
public static class LoraAdapterWriter
{
    static readonly JsonWriterOptions ConfigForm = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="target">The folder to appear.</param>
    /// <param name="modules">At least one; each module once.</param>
    /// <param name="factors">A (r × inputs) and B (outputs × r) of a module, row-major; asked for once a module, one at a time.</param>
    /// <param name="options">The rest of the config.</param>
    /// <exception cref="Core.Errors.ProblemException">The target exists, or the disk is too small.</exception>
    public static void Write(string target, IReadOnlyCollection<LoraShape> modules, Func<LoraShape, (float[] A, float[] B)> factors, LoraAdapterOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(modules.Count, nameof(modules));
        options ??= new LoraAdapterOptions();
        var ordered = modules.OrderBy(m => m.Module, StringComparer.Ordinal).ToList();
        var tensors = ordered.Select(m => m.Tensors(options.DType)).SelectMany(t => new[] { t.A, t.B }).Concat(options.Saved.Select(s => s.Spec)).ToList();
        using var folder = new FolderTransaction(target, options.Overwrite, tensors.Sum(t => t.Bytes + 256));
        using (var writer = SafetensorsWriter.Create(folder.File(PeftAdapter.WeightsFile), tensors))
        {
            foreach (var module in ordered)
            {
                var (a, b) = factors(module);
                var specs = module.Tensors(options.DType);
                Put(writer, specs.A, a);
                Put(writer, specs.B, b);
            }
            foreach (var saved in options.Saved) Put(writer, saved.Spec, saved.Read());
            writer.Commit();
        }
        WriteConfig(folder.File(AdapterConfig.FileName), ordered, options);
        foreach (var (name, text) in options.Files) File.WriteAllText(folder.File(name), text);
        folder.Commit();
    }

    static void Put(SafetensorsWriter writer, TensorSpec spec, float[] values)
    {
        var raw = new byte[spec.Bytes];
        Elements.FromSingle(spec.DType, values, raw);
        writer.Write(spec.Name, 0, raw);
    }

    static void WriteConfig(string path, List<LoraShape> modules, LoraAdapterOptions options)
    {
        var rank = MostFrequent(modules.Select(m => (double)m.Rank));
        var alpha = MostFrequent(modules.Select(m => m.Alpha));
        using var stream = File.Create(path);
        using var json = new Utf8JsonWriter(stream, ConfigForm);
        json.WriteStartObject();
        WritePattern(json, "alpha_pattern", modules, m => m.Alpha, alpha);
        json.WriteString("base_model_name_or_path", options.BaseModel);
        json.WriteString("bias", options.HasBiases ? "lora_only" : "none");
        json.WriteBoolean("fan_in_fan_out", options.FanInFanOut);
        json.WriteBoolean("inference_mode", true);
        json.WriteBoolean("init_lora_weights", true);
        json.WriteNumber("lora_alpha", alpha);
        json.WriteNumber("lora_dropout", 0);
        if (options.ModulesToSave.Count == 0) json.WriteNull("modules_to_save");
        else WriteNames(json, "modules_to_save", options.ModulesToSave);
        json.WriteString("peft_type", "LORA");
        json.WriteNumber("r", rank);
        WritePattern(json, "rank_pattern", modules, m => m.Rank, rank);
        WriteNames(json, "target_modules", options.TargetModules ?? [.. modules.Select(m => m.Module)]);
        json.WriteString("task_type", options.TaskType);
        json.WriteBoolean("use_dora", false);
        json.WriteBoolean("use_rslora", false);
        json.WriteEndObject();
    }

    static void WriteNames(Utf8JsonWriter json, string key, IEnumerable<string> names)
    {
        json.WriteStartArray(key);
        foreach (var name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    static void WritePattern(Utf8JsonWriter json, string key, List<LoraShape> all, Func<LoraShape, double> value, double standard)
    {
        json.WriteStartObject(key);
        foreach (var module in all.Where(m => value(m) != standard)) json.WriteNumber(PatternKey(module, all), value(module));
        json.WriteEndObject();
    }

    /// <summary>
    /// The plain path, which every version of PEFT understands. It also matches paths that end in it, so where there is one the key is
    /// anchored and escaped, as PEFT since 0.14 reads keys; then the order of keys, which PEFT does not keep, cannot matter.
    /// </summary>
    static string PatternKey(LoraShape module, List<LoraShape> all) =>
        all.Exists(m => m.Module.EndsWith('.' + module.Module, StringComparison.Ordinal)) ? $"^{Regex.Escape(module.Module)}" : module.Module;

    static double MostFrequent(IEnumerable<double> values) => values.GroupBy(v => v).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First().Key;
}
