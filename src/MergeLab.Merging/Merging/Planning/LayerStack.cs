using System.Globalization;
using System.Text.RegularExpressions;
using MergeLab.Checkpoints;
using MergeLab.Core.Json;

namespace MergeLab.Merging.Planning;

/// <summary>A tensor name in a stack of layers: <c>model.layers</c> · 3 · <c>mlp.up_proj.weight</c>.</summary>
readonly partial record struct LayerName(string Prefix, int Layer, string Rest)
{
    /// <summary>Splits a name at its first number between two dots; null where there is none.</summary>
    public static LayerName? Split(string name)
    {
        if (FirstNumber().Match(name) is not { Success: true } match) return null;
        return int.TryParse(match.Groups["layer"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var layer)
            ? new LayerName(match.Groups["prefix"].Value, layer, match.Groups["rest"].Value) : null;
    }

    public static string Join(string prefix, int layer, string rest) => string.Create(CultureInfo.InvariantCulture, $"{prefix}.{layer}.{rest}");

    [GeneratedRegex(@"\A(?<prefix>.*?)\.(?<layer>\d{1,6})\.(?<rest>.+)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex FirstNumber();
}

/// <summary>The layers of one stack of a model.</summary>
/// <param name="Prefix">What stands before the layer's number.</param>
/// <param name="Count">Number of layers.</param>
/// <param name="ConfigKey">Where the config says so, dotted where it is nested; null where it does not.</param>
sealed record LayerStack(string Prefix, int Count, string? ConfigKey)
{
    static readonly string[] CountKeys =
        ["num_hidden_layers", "n_layer", "n_layers", "num_layers", "num_decoder_layers", "num_encoder_layers", "encoder_layers", "decoder_layers", "depth", "num_blocks"];

    /// <summary>
    /// The stacks of a model: numbered groups of tensors, 0 to n − 1, whose number the config states. Other numbered tensors (a classifier's
    /// layers, convolutions before the stack) belong to none. Where the config states nothing that fits, the largest group is the stack.
    /// </summary>
    public static IReadOnlyList<LayerStack> Find(IEnumerable<string> names, ModelConfig? config)
    {
        var groups = names.Select(LayerName.Split).OfType<LayerName>().GroupBy(n => n.Prefix, StringComparer.Ordinal)
            .Select(g => (Prefix: g.Key, Tensors: g.Count(), Layers: g.Select(n => n.Layer).Distinct().Count(), Last: g.Max(n => n.Layer)))
            .Where(g => g.Layers == g.Last + 1).OrderBy(g => g.Prefix, StringComparer.Ordinal).ToList();
        var counts = config is null ? [] : Counts(config);
        var stated = groups.Select(g => new LayerStack(g.Prefix, g.Layers, KeyOf(g.Prefix, g.Layers, counts))).Where(s => s.ConfigKey is not null).ToList();
        if (stated.Count > 0 || groups.Count == 0) return stated;
        var largest = groups.MaxBy(g => g.Tensors);
        return [new LayerStack(largest.Prefix, largest.Layers, null)];
    }

    /// <summary>A layer that the config counts and no tensor belongs to, in the largest group of numbered tensors; null where there is none.</summary>
    public static LayerName? Missing(IEnumerable<string> names, ModelConfig? config)
    {
        if (config is null) return null;
        var largest = names.Select(LayerName.Split).OfType<LayerName>().GroupBy(n => n.Prefix, StringComparer.Ordinal).MaxBy(g => g.Count());
        var present = largest?.Select(n => n.Layer).ToHashSet();
        if (present is null || Counts(config).TrueForAll(c => c.Count != present.Max() + 1)) return null;
        return Enumerable.Range(0, present.Max()).Where(l => !present.Contains(l)).Select(l => (LayerName?)new LayerName(largest!.Key, l, "")).FirstOrDefault();
    }

    static List<(string Key, int Count)> Counts(ModelConfig config)
    {
        var counts = new List<(string, int)>();
        foreach (var (name, value) in config.Root.Properties())
        {
            if (value.Kind == JsonKind.Number && CountKeys.Contains(name, StringComparer.Ordinal)) Add(name, value);
            if (!value.IsObject) continue;
            foreach (var (inner, number) in value.Properties())
                if (number.Kind == JsonKind.Number && CountKeys.Contains(inner, StringComparer.Ordinal)) Add($"{name}.{inner}", number);
        }
        return counts;

        void Add(string key, JsonCursor value)
        {
            if (value.AsNumber(-1e9, 1e9) is var number && number == Math.Floor(number)) counts.Add((key, (int)number));
        }
    }

    /// <summary>Of several keys with the right number the one that shares a word with the prefix, such as "decoder" or "vision".</summary>
    static string? KeyOf(string prefix, int layers, List<(string Key, int Count)> counts)
    {
        var words = prefix.Split('.', '_');
        return counts.Where(c => c.Count == layers)
            .OrderByDescending(c => c.Key.Split('.', '_').Count(w => w is "encoder" or "decoder" or "text" or "vision" or "audio" && words.Contains(w)))
            .ThenBy(c => c.Key.Split('.', '_').Count(w => w is "encoder" or "decoder" or "vision" or "audio"))
            .Select(c => c.Key).FirstOrDefault();
    }
}
