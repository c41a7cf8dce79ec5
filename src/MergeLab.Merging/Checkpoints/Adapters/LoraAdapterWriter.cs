using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Checkpoints.Adapters;

/// <summary>The factors of one module, to be written: ΔW = (Alpha/Rank)·B·A.</summary>
/// <param name="Module">Path of the module.</param>
/// <param name="A">r × inputs, row-major; of an embedding r × tokens.</param>
/// <param name="B">outputs × r, row-major; of an embedding dimensions × r.</param>
/// <param name="Rank">r.</param>
/// <param name="Alpha">lora_alpha; equal to the rank for a scale of one.</param>
public sealed record LoraFactors(string Module, float[] A, float[] B, int Rank, double Alpha)
{
    public LoraForm Form { get; init; }

    /// <summary>Of a convolution: input channels and kernel, as in A's shape after the rank.</summary>
    public IReadOnlyList<long>? InputShape { get; init; }
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
}

/// <summary>Writes a LoRA adapter as PEFT loads it: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>, the folder appearing at once.</summary>
public static class LoraAdapterWriter
{
    static readonly JsonWriterOptions ConfigForm = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="target">The folder to appear.</param>
    /// <param name="modules">At least one; each module once.</param>
    /// <param name="options">The rest of the config.</param>
    /// <exception cref="Core.Errors.ProblemException">The target exists, or the disk is too small.</exception>
    public static void Write(string target, IReadOnlyCollection<LoraFactors> modules, LoraAdapterOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(modules.Count, nameof(modules));
        options ??= new LoraAdapterOptions();
        var ordered = modules.OrderBy(m => m.Module, StringComparer.Ordinal).ToList();
        var tensors = ordered.SelectMany(m => Tensors(m, options.DType)).ToList();
        using var folder = new FolderTransaction(target, options.Overwrite, tensors.Sum(t => t.Spec.Bytes + 256));
        using (var writer = SafetensorsWriter.Create(folder.File(PeftAdapter.WeightsFile), [.. tensors.Select(t => t.Spec)]))
        {
            foreach (var (spec, values) in tensors)
            {
                var raw = new byte[spec.Bytes];
                Elements.FromSingle(spec.DType, values, raw);
                writer.Write(spec.Name, 0, raw);
            }
            writer.Commit();
        }
        WriteConfig(folder.File(AdapterConfig.FileName), ordered, options);
        folder.Commit();
    }

    static IEnumerable<(TensorSpec Spec, float[] Values)> Tensors(LoraFactors m, DType type)
    {
        var (a, b) = m.Form == LoraForm.Embedding ? ("lora_embedding_A", "lora_embedding_B") : ("lora_A.weight", "lora_B.weight");
        long[] inputs = m.InputShape is null ? [m.A.Length / m.Rank] : [.. m.InputShape];
        // The kernel of B is 1 in each of the dimensions that A's has.
        long[] outputs = [m.B.Length / m.Rank, m.Rank, .. Enumerable.Repeat(1L, inputs.Length - 1)];
        yield return (new TensorSpec($"base_model.model.{m.Module}.{a}", type, [m.Rank, .. inputs]), m.A);
        yield return (new TensorSpec($"base_model.model.{m.Module}.{b}", type, outputs), m.B);
    }

    static void WriteConfig(string path, List<LoraFactors> modules, LoraAdapterOptions options)
    {
        var rank = MostFrequent(modules.Select(m => (double)m.Rank));
        var alpha = MostFrequent(modules.Select(m => m.Alpha));
        using var stream = File.Create(path);
        using var json = new Utf8JsonWriter(stream, ConfigForm);
        json.WriteStartObject();
        WritePattern(json, "alpha_pattern", modules.Where(m => m.Alpha != alpha), m => m.Alpha);
        json.WriteString("base_model_name_or_path", options.BaseModel);
        json.WriteString("bias", "none");
        json.WriteBoolean("fan_in_fan_out", options.FanInFanOut);
        json.WriteBoolean("inference_mode", true);
        json.WriteBoolean("init_lora_weights", true);
        json.WriteNumber("lora_alpha", alpha);
        json.WriteNumber("lora_dropout", 0);
        json.WriteNull("modules_to_save");
        json.WriteString("peft_type", "LORA");
        json.WriteNumber("r", rank);
        WritePattern(json, "rank_pattern", modules.Where(m => m.Rank != rank), m => m.Rank);
        json.WriteStartArray("target_modules");
        foreach (var name in options.TargetModules ?? [.. modules.Select(m => m.Module)]) json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteString("task_type", options.TaskType);
        json.WriteBoolean("use_dora", false);
        json.WriteBoolean("use_rslora", false);
        json.WriteEndObject();
    }

    /// <summary>Anchored and escaped keys match one module each, so that their order, which PEFT does not keep, does not matter.</summary>
    static void WritePattern(Utf8JsonWriter json, string key, IEnumerable<LoraFactors> modules, Func<LoraFactors, double> value)
    {
        json.WriteStartObject(key);
        foreach (var module in modules) json.WriteNumber(string.Create(CultureInfo.InvariantCulture, $"^{Regex.Escape(module.Module)}"), value(module));
        json.WriteEndObject();
    }

    static double MostFrequent(IEnumerable<double> values) => values.GroupBy(v => v).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First().Key;
}
