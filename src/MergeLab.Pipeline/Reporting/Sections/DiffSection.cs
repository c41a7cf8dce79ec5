using MergeLab.Reporting.Charts;
using MergeLab.Reporting.Svg;
using MergeLab.Results.Comparison;

namespace MergeLab.Reporting.Sections;

/// <summary>What changed against the accepted snapshot; cells that agree are only counted.</summary>
static class DiffSection
{
    const int Most = 200;

    public static void Write(Html html, ReportModel model)
    {
        html.Heading("changes", "Against the snapshot");
        if (model.Diff is not { } diff)
        {
            html.Line("<p>No snapshot yet. Where these results are right, <code>accept</code> to adopt them.</p>\n</section>");
            return;
        }
        html.Line($"<p>{Markup.Escape(diff.Summary)}; {Markup.Escape(diff.RuntimeNote)}.</p>");
        var changed = diff.Changed.ToArray();
        foreach (var metric in changed.Where(c => c.Delta is { } d && double.IsFinite(d)).Take(Most).GroupBy(c => c.Key.Metric))
        {
            var rows = metric.Select(c => new IntervalRow(Name(c), c.Delta!.Value, c.Test?.Low, c.Test?.High, c.Verdict switch { Verdict.Worse => 1, Verdict.Better => 2, _ => 6 })).ToArray();
            var chart = new IntervalChart($"Change in {Labels.Metric(metric.Key)}", $"change in {Labels.Metric(metric.Key)}", rows, 0, metric.Max(c => c.Tolerance));
            html.Line("<figure>").Line($"<figcaption><b>{Markup.Escape(chart.Label)}</b> with 95 % intervals of paired differences.</figcaption>").Drawing(chart.Draw).Line("</figure>");
        }
        if (changed.Length > 0)
        {
            html.Table(["cell", "verdict", "snapshot", "now", "change", "p (Holm)"], changed.Take(Most).Select(c => (IReadOnlyList<string>)
            [
                Name(c), DiffReport.Name(c.Verdict), Number(c.Left, c), Number(c.Right, c), Number(c.Delta, c), c.Test is { } t ? DiffText.Probability(t.AdjustedP) : "",
            ]), numbers: 4);
            if (changed.Length > Most) html.Element("p", $"The first {Most} of {Labels.Count(changed.Length)}.", "note").Line();
            foreach (var cell in changed.Take(Most).Where(c => c.Reasons.Count > 0)) html.Element("p", $"{Name(cell)}: {string.Join("; ", cell.Reasons)}", "note").Line();
        }
        html.Line("</section>");
    }

    static string Name(CellDiff cell)
    {
        var method = Labels.Method(cell.Key.Method) + (cell.Key.Variant == Results.CellKey.NoVariant ? "" : " " + Labels.Variant(cell.Key.Variant));
        return string.Join(", ", ((string[])[method, cell.Key.SetName, cell.Key.Task, Labels.Metric(cell.Key.Metric)]).Where(p => p.Length > 0));
    }

    static string Number(double? value, CellDiff cell) => value is { } number ? Labels.Value(number, cell.Key.Metric) : "–";
}
