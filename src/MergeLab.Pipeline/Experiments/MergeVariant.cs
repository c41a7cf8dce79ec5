using System.Globalization;
using System.Text.Json.Nodes;

namespace MergeLab.Experiments;

/// <summary>One point of the grid: a method with one value for each parameter. Sets are still to be chosen.</summary>
/// <param name="Entry">The line of the grid it comes from.</param>
/// <param name="Settings">Every parameter's value, defaults included, in the order of the method table; values for single models by their names.</param>
/// <param name="Varied">Those that tell the variants of a method in this experiment apart, <c>compat</c> among them; keys in order.</param>
public sealed record MergeVariant(MergeEntry Entry, JsonObject Settings, JsonObject Varied)
{
    /// <summary>The method and what varies, as stage ids have it: <c>ties/density=0.2</c>.</summary>
    public string Segments { get; } = string.Concat([Entry.Method, .. Varied.Select(p => $"/{p.Key}={ValueText(p.Value!)}")]);

    /// <summary>Canonical JSON of what varies; "{}" where nothing does.</summary>
    public string VariedJson { get; } = Varied.ToJsonString();

    /// <summary>A value as ids have it: numbers invariant and as short as they read back, values by model as <c>title:1+topic:2</c>.</summary>
    public static string ValueText(JsonNode value) => value switch
    {
        JsonObject map => string.Join('+', map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{ValueText(p.Value!)}")),
        JsonValue scalar when scalar.TryGetValue(out double number) => number.ToString("R", CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
