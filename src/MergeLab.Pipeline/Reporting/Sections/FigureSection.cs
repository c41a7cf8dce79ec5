using System.Globalization;
using System.Text.Json;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Reporting.Charts;
using MergeLab.Reporting.Svg;
using MergeLab.Results;

namespace MergeLab.Reporting.Sections;

/// <summary>The experiment's figures: one drawing a task, and the paper's figures in a drawing of their own.</summary>
static class FigureSection
{
    public static readonly string[] Kinds = ["line", "dot"];

    public static void Write(Html html, ReportModel model)
    {
        if (model.Figures.Count == 0) return;
        html.Heading("figures", "Figures");
        foreach (var figure in model.Figures)
        {
            if (!Kinds.Contains(figure.Kind)) throw new ProblemException($"no kind of figure '{figure.Kind}'", remedy: Suggestion.For(figure.Kind, Kinds));
            var rows = Order.Rows(model, model.Results.Rows.Where(r => r.Metric == figure.Y && (figure.Task is null || r.Task == figure.Task))).ToArray();
            if (rows.Length == 0) html.Element("p", $"No results for {Labels.Metric(figure.Y)}.", "none").Line();
            foreach (var part in rows.GroupBy(r => (r.Task, r.Split))) Write(html, model, figure, [.. part]);
        }
        html.Line("</section>");
    }

    static void Write(Html html, ReportModel model, ReportFigure figure, ResultRow[] rows)
    {
        var (metric, task) = (Labels.Metric(figure.Y), rows[0].Task);
        html.Line("<figure>");
        var lines = figure.Kind == "line" ? Lines(model, figure, rows, r => r.Value, Estimate.Interval) : [];
        if (lines.Count > 0)
        {
            var caption = $"{metric} on {task} by {XName(figure)}";
            var chart = new LineChart(caption, XName(figure), metric, lines, References(model, rows));
            html.Line($"<figcaption><b>{Markup.Escape(caption)}</b>. Bands: 95 % intervals over examples.</figcaption>").Drawing(chart.Draw);
            Published(html, model, figure, rows, metric);
        }
        else
        {
            var chart = new IntervalChart($"{metric} on {task}", metric, [.. rows.Select(r => Dot(model, r))]);
            html.Line($"<figcaption><b>{Markup.Escape(chart.Label)}</b>. Lines: 95 % intervals over examples.</figcaption>").Drawing(chart.Draw);
        }
        if (figure.Note is { } note) html.Element("p", note, "note").Line();
        ProvenanceSection.Rows(html, model, rows);
        html.Line("</figure>");
    }

    /// <summary>Their own axes: the levels of another model on other data do not belong on ours.</summary>
    static void Published(Html html, ReportModel model, ReportFigure figure, ResultRow[] rows, string metric)
    {
        foreach (var setup in rows.Where(r => r.Published is not null).GroupBy(r => r.PublishedSetup ?? "setup not stated"))
        {
            var theirs = Lines(model, figure, [.. setup], r => r.Published!.Value, _ => null);
            if (theirs.Count == 0) continue;
            var chart = new LineChart($"Published {metric}: {setup.Key}", XName(figure), metric, theirs, []);
            html.Line($"<div class=\"theirs\"><p class=\"published\"><b>Published</b>, not ours: {Markup.Escape(setup.Key)}</p>").Drawing(chart.Draw).Line("</div>");
        }
    }

    static List<LineSeries> Lines(ReportModel model, ReportFigure figure, ResultRow[] rows, Func<ResultRow, double> value, Func<ResultRow, (double Low, double High)?> interval)
    {
        string Series(ResultRow row) => figure.Series == "set" ? row.SetName : figure.X == "models" ? Labels.Method(row) : Labels.Method(row.Method);
        return [.. rows.Where(r => !model.Baselines.Contains(r.Method) && double.IsFinite(value(r)) && X(figure, r) is not null).GroupBy(Series)
            .Select(g => new LineSeries(g.Key, [.. g.Select(r => new LinePoint(X(figure, r)!.Value, value(r), interval(r)?.Low, interval(r)?.High)).OrderBy(p => p.X)]))];
    }

    static double? X(ReportFigure figure, ResultRow row)
    {
        if (figure.X == "models") return row.Models > 0 ? row.Models : null;
        using var variant = JsonDocument.Parse(row.Variant);
        return variant.RootElement.TryGetProperty(figure.X, out var x) && x.ValueKind == JsonValueKind.Number ? x.GetDouble() : null;
    }

    static string XName(ReportFigure figure) => figure.X == "models" ? "merged models" : figure.X.Replace('_', ' ');

    /// <summary>A baseline with one value on the task is a line across.</summary>
    static (string, double)[] References(ReportModel model, ResultRow[] rows) =>
        [.. rows.Where(r => model.Baselines.Contains(r.Method) && double.IsFinite(r.Value)).GroupBy(r => r.Method).Where(g => g.Count() == 1).Select(g => (Labels.Method(g.Key), g.Single().Value))];

    static IntervalRow Dot(ReportModel model, ResultRow row)
    {
        var interval = Estimate.Interval(row);
        var name = row.SetName.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Labels.Method(row)}, {row.SetName}") : Labels.Method(row);
        return new IntervalRow(name, row.Value, interval?.Low, interval?.High, Order.Methods(model).Index().First(m => m.Item == row.Method).Index);
    }
}
