using MergeLab.Reporting.Svg;
using MergeLab.Results;
using MergeLab.Results.Comparison;

namespace MergeLab.Reporting.Sections;

/// <summary>
/// A table's rows that are no merges, which would bury those that are: a baseline with one value is a line of the caption, one with many, such as
/// each model by itself, a table of its own.
/// </summary>
sealed class ApartRows
{
    readonly ResultRow[] lines;
    readonly IGrouping<string, ResultRow>[] many;

    /// <param name="rows">Of one task and metric.</param>
    public ApartRows(ReportModel model, IReadOnlyList<ResultRow> rows)
    {
        ResultRow[] apart = [.. rows.Where(r => model.Baselines.Contains(r.Method) || r.SetName.Length == 0)];
        // A table of nothing but baselines is about them.
        if (apart.Length == rows.Count) apart = [];
        var methods = apart.GroupBy(Labels.Method).ToArray();
        lines = [.. methods.Where(g => g.Count() == 1).Select(g => g.Single())];
        many = [.. methods.Where(g => g.Count() > 1)];
    }

    public IEnumerable<ResultRow> All => lines.Concat(many.SelectMany(g => g));

    public void Caption(Html html)
    {
        foreach (var row in lines)
            html.Raw($"<div class=\"apart\">{Markup.Escape($"Without merging, {Labels.Method(row)}:")} <b>{Markup.Escape(Labels.Value(row.Value, row.Metric))}</b>{Interval(row, " <small>{0}</small>")}{Published(row)}</div>");
    }

    public void Tables(Html html)
    {
        foreach (var group in many)
        {
            ResultRow[] sorted = [.. group.OrderBy(r => double.IsNaN(r.Value)).ThenByDescending(r => MetricScale.LowerIsBetter(r.Metric) ? -r.Value : r.Value).ThenBy(r => r.SetName, StringComparer.Ordinal)];
            var metric = sorted[0].Metric;
            html.Line($"<details class=\"singles\"><summary>{Markup.Escape($"Without merging, {group.Key}")} <small>{Markup.Escape($"{Labels.Models(sorted.Length)}, best {Labels.Value(sorted[0].Value, metric)}, worst {Labels.Value(sorted[^1].Value, metric)}")}</small></summary>");
            html.Line($"<div class=\"scroll\"><table class=\"data\">\n<thead><tr><th scope=\"col\">{Markup.Escape(group.Key)}</th><th scope=\"col\" class=\"n\">{Markup.Escape(Labels.Metric(metric))}</th><th scope=\"col\" class=\"n\">95 % interval</th></tr></thead>\n<tbody>");
            foreach (var row in sorted)
                html.Line($"<tr><th scope=\"row\">{Markup.Escape(row.SetName)}</th><td class=\"n\">{Markup.Escape(Labels.Value(row.Value, metric))}{Published(row)}</td><td class=\"n\">{Interval(row, "{0}")}</td></tr>");
            html.Line("</tbody></table></div>\n</details>");
        }
    }

    static string Interval(ResultRow row, string markup) =>
        Estimate.Interval(row) is { } i ? markup.Replace("{0}", Markup.Escape($"{Labels.Value(i.Low, row.Metric)} to {Labels.Value(i.High, row.Metric)}"), StringComparison.Ordinal) : "";

    static string Published(ResultRow row) => row.Published is { } figure ? $" <i class=\"published\">published {Markup.Escape(Labels.Published(figure))}</i>" : "";
}
