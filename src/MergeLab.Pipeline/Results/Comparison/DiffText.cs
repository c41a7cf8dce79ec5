using System.Globalization;
using System.Text;

namespace MergeLab.Results.Comparison;

/// <summary>A comparison as text for a terminal, Markdown for a pull request and a document for JSON. Cells that agree are counted, not listed.</summary>
public static class DiffText
{
    static readonly string[] heads = ["cell", "verdict", "left", "right", "Δ", "95 % interval", "p (Holm)", "tolerance"];

    public static string Plain(DiffReport report)
    {
        var text = new StringBuilder($"{report.Left} → {report.Right}\n");
        string[][] rows = [heads, .. report.Changed.Select(Row)];
        int[] widths = [.. heads.Select((_, column) => rows.Max(r => r[column].Length))];
        if (rows.Length > 1)
        {
            foreach (var row in rows) text.Append(string.Join("  ", row.Select((cell, column) => column < 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd()).Append('\n');
            foreach (var cell in report.Changed)
                foreach (var reason in cell.Reasons) text.Append(CultureInfo.InvariantCulture, $"  {cell.Key}: {reason}\n");
        }
        return text.Append(report.Summary).Append(" (").Append(report.RuntimeNote).Append(")\n").ToString();
    }

    public static string Markdown(DiffReport report)
    {
        var text = new StringBuilder($"**{report.Left} → {report.Right}**: {report.Summary}. {Capital(report.RuntimeNote)}.\n");
        if (!report.Changed.Any()) return text.ToString();
        text.Append(CultureInfo.InvariantCulture, $"\n| {string.Join(" | ", heads)} |\n|---|---|--:|--:|--:|--:|--:|--:|\n");
        foreach (var cell in report.Changed)
        {
            var row = Row(cell);
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row.Select((c, i) => i == 0 ? $"`{c.Replace("|", "\\|", StringComparison.Ordinal)}`" : c))} |\n");
        }
        return text.ToString();
    }

    public static DiffDocument Document(DiffReport report) => new(
        report.Left, report.Right, report.SameRuntime, report.Fails, report.FailsReproduction,
        report.Cells.GroupBy(c => c.Verdict).OrderBy(g => g.Key).ToDictionary(g => DiffReport.Name(g.Key), g => g.Count()),
        [.. report.Cells.Select(c => new DiffCell(
            c.Key.Experiment, c.Key.Method, c.Key.Variant, c.Key.SetName, c.Key.Task, c.Key.Split, c.Key.Metric, DiffReport.Name(c.Verdict),
            c.Left, c.Right, c.Delta, c.Tolerance, c.Within, c.Test?.Name, c.Test?.Pairs, c.Test?.P, c.Test?.AdjustedP, c.Test is { } t ? [t.Low, t.High] : null, c.Reasons))]);

    static string[] Row(CellDiff cell) =>
    [
        cell.Key.ToString(), DiffReport.Name(cell.Verdict), Number(cell.Left), Number(cell.Right),
        cell.Delta is { } delta ? Signed(delta) : "", cell.Test is { } test ? $"[{Signed(test.Low)}, {Signed(test.High)}]" : "",
        cell.Test is { } tested ? Probability(tested.AdjustedP) : "", cell.Tolerance.ToString("0.####", CultureInfo.InvariantCulture),
    ];

    /// <summary>Three decimals; below, that it is below.</summary>
    public static string Probability(double p) => p < 0.001 ? "< 0.001" : p.ToString("0.000", CultureInfo.InvariantCulture);

    static string Number(double? value) => value?.ToString("0.0000##", CultureInfo.InvariantCulture) ?? "–";

    static string Signed(double value) => value.ToString("+0.0000##;−0.0000##;0", CultureInfo.InvariantCulture);

    static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}

/// <summary>The JSON form of a comparison; all cells, those that agree too.</summary>
public sealed record DiffDocument(
    string Left, string Right, bool? SameRuntime, bool Fails, bool FailsReproduction, IReadOnlyDictionary<string, int> Verdicts, IReadOnlyList<DiffCell> Cells);

public sealed record DiffCell(
    string Experiment, string Method, string Variant, string SetName, string Task, string Split, string Metric, string Verdict,
    double? Left, double? Right, double? Delta, double Tolerance, bool Within, string? Test, int? Pairs, double? P, double? AdjustedP, IReadOnlyList<double>? Interval, IReadOnlyList<string> Reasons);
