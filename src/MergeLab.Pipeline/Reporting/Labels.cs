using System.Globalization;
using System.Text.RegularExpressions;
using MergeLab.Results;
using MergeLab.Results.Comparison;

namespace MergeLab.Reporting;

/// <summary>Names and numbers as readers of papers know them.</summary>
static partial class Labels
{
    static readonly Dictionary<string, string> methods = new(StringComparer.Ordinal)
    {
        ["geometric_median"] = "GeoMed",
        ["task_arithmetic"] = "task arithmetic",
        ["ties"] = "TIES",
        ["dare_linear"] = "DARE",
        ["dare_ties"] = "DARE-TIES",
        ["della"] = "DELLA",
        ["della_linear"] = "DELLA linear",
        ["breadcrumbs_ties"] = "breadcrumbs-TIES",
        ["model_stock"] = "model stock",
        ["sce"] = "SCE",
        ["fisher"] = "Fisher",
        ["regmean"] = "RegMean",
        ["adamerging"] = "AdaMerging",
        ["supermerge"] = "SuperMerge",
        ["fw_merging"] = "FW-Merging",
        ["tsv_m"] = "TSV-M",
        ["add_weighted_adapter"] = "PEFT",
        ["iso_c"] = "Iso-C",
        ["iso_cts"] = "Iso-CTS",
        ["knots"] = "KnOTS",
        ["core_space"] = "Core Space",
        ["magmax"] = "MagMax",
        ["emr"] = "EMR",
        ["lines"] = "LiNeS",
        ["wudi"] = "WUDI",
        ["cart"] = "CART",
        ["slerp"] = "SLERP",
    };

    static readonly Dictionary<string, string> metrics = new(StringComparer.Ordinal)
    {
        ["bleu"] = "BLEU",
        ["sacrebleu"] = "BLEU",
        ["chrf"] = "chrF",
        ["ter"] = "TER",
        ["f1"] = "F1",
        ["matthews"] = "Matthews correlation",
        ["pearson"] = "Pearson’s r",
        ["spearman"] = "Spearman’s ρ",
        ["exact_match"] = "exact match",
    };

    public static string Method(string name) => methods.GetValueOrDefault(name, name.Replace('_', ' '));

    public static string Method(ResultRow row) => row.Variant == CellKey.NoVariant ? Method(row.Method) : $"{Method(row.Method)} {Variant(row.Variant)}";

    public static string Metric(string name) => Rouge().Match(name) is { Success: true } rouge ? $"ROUGE-{rouge.Groups[1].Value}" : metrics.GetValueOrDefault(name, name.Replace('_', ' '));

    /// <summary><c>{"density":0.2}</c> as <c>density=0.2</c>.</summary>
    public static string Variant(string json) => json.Trim('{', '}').Replace("\"", "", StringComparison.Ordinal).Replace(':', '=').Replace(",", ", ", StringComparison.Ordinal);

    public static string Models(int count) => count == 1 ? "1 model" : string.Create(CultureInfo.InvariantCulture, $"{count} models");

    public static string Value(double value, string metric) => Fixed(value, MetricScale.Of(metric) > 1 ? "0.00" : "0.0000");

    /// <summary>An interval with one decimal less than values have, unless that would make an end 0.</summary>
    public static string Interval(double low, double high, string metric)
    {
        var unit = MetricScale.Of(metric) > 1 ? 0.1 : 0.001;
        var fine = new[] { low, high }.Any(end => end != 0 && Math.Abs(end) < unit);
        var format = (unit == 0.1, fine) switch { (true, true) => "0.00", (true, false) => "0.0", (false, true) => "0.0000", _ => "0.000" };
        return $"[{Fixed(low, format)}, {Fixed(high, format)}]";
    }

    /// <summary>A published figure, as it was given.</summary>
    public static string Published(double value) => value.ToString("0.0##########", CultureInfo.InvariantCulture).Replace('-', '−');

    public static string Seconds(double seconds) => seconds switch
    {
        < 0.95 => Fixed(seconds, "0.00") + " s",
        < 59.5 => Fixed(seconds, "0.0") + " s",
        < 3570 => string.Create(CultureInfo.InvariantCulture, $"{(int)Math.Round(seconds) / 60} min {(int)Math.Round(seconds) % 60} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)Math.Round(seconds / 60) / 60} h {(int)Math.Round(seconds / 60) % 60} min"),
    };

    /// <summary>Enough of a digest to tell it from others.</summary>
    public static string Short(string digest) => digest.Replace("sha256:", "", StringComparison.Ordinal) is { Length: > 12 } hex ? hex[..12] : digest;

    public static string Count(long n) => n.ToString("#,0", CultureInfo.InvariantCulture);

    static string Fixed(double value, string format) => double.IsNaN(value) ? "not a number" : value.ToString(format, CultureInfo.InvariantCulture).Replace('-', '−') is var text && text.Trim('−', '0', '.').Length == 0 ? text.TrimStart('−') : text;

    [GeneratedRegex(@"\Arouge(\w+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rouge();
}
