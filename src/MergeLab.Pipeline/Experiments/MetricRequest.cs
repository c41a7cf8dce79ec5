using System.Globalization;
using System.Text.Json.Serialization;
using MergeLab.Core.Errors;
using MergeLab.Evaluation;

namespace MergeLab.Experiments;

/// <summary>A metric with its options, in the form <see cref="Metric.Score"/> takes them.</summary>
/// <param name="Name">A row of the metric table.</param>
/// <param name="Options">Every option that has a value, defaults included: what is computed shall not hang on a default.</param>
public sealed record MetricRequest(string Name, IReadOnlyDictionary<string, IReadOnlyList<string>> Options)
{
    /// <param name="name">A row of the metric table.</param>
    /// <param name="given">Options that differ from their defaults.</param>
    /// <exception cref="ProblemException">No such metric, or it has no such option.</exception>
    public static MetricRequest Of(string name, IReadOnlyDictionary<string, IReadOnlyList<string>>? given = null)
    {
        var options = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (option, value) in MetricOptions.Parse(Metric.Parse(name), given).Values)
            if (value is not null) options[option] = value is string[] texts ? texts : [AsText(value)];
        return new MetricRequest(name, options);
    }

    /// <summary>Names of the figures it gives: rouge1, rouge2, … for ROUGE, else its own.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Figures => FiguresOf(Name, Options);

    /// <summary>Names of the figures a metric gives with its default options.</summary>
    public static IReadOnlyList<string> FiguresOf(string metric) => Of(metric).Figures;

    static string[] FiguresOf(string name, IReadOnlyDictionary<string, IReadOnlyList<string>> options) =>
        options.TryGetValue("rouge_types", out var types) ? [.. types[0].Split(',', StringSplitOptions.TrimEntries).Distinct()] : [name];

    static string AsText(object value) => value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
