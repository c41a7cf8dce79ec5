using System.Globalization;
using System.Text.Json;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Reporting.Charts;
using MergeLab.Results;

namespace MergeLab.Reporting.Sections;

/// <summary>A figure as asked for, on one task: what is drawn, and from which rows.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Words">How to read it.</param>
/// <param name="Draw">From a width to SVG.</param>
/// <param name="Published">By setup, the paper's figures on axes of their own: the levels of another model on other data do not belong on ours.</param>
sealed record FigureChart(ReportFigure Figure, IReadOnlyList<ResultRow> Rows, string Caption, string Words, Func<double, string> Draw, IReadOnlyList<(string Setup, Func<double, string> Draw)> Published)
{
    public static readonly string[] Kinds = ["line", "dot"];

    /// <summary>One a task; none where there are no results.</summary>
    /// <exception cref="ProblemException">There is no such kind of figure.</exception>
    public static IReadOnlyList<FigureChart> Of(ReportModel model, ReportFigure figure)
    {
        if (!Kinds.Contains(figure.Kind)) throw new ProblemException($"no kind of figure '{figure.Kind}'", remedy: Suggestion.For(figure.Kind, Kinds));
        var rows = Order.Rows(model, model.Results.Rows.Where(r => r.Metric == figure.Y && (figure.Task is null || r.Task == figure.Task)));
        return [.. rows.GroupBy(r => (r.Task, r.Split)).Select(part => Of(model, figure, [.. part]))];
    }

    static FigureChart Of(ReportModel model, ReportFigure figure, ResultRow[] rows)
    {
        var (metric, task) = (Labels.Metric(figure.Y), rows[0].Task);
        bool Merge(ResultRow row) => !model.Baselines.Contains(row.Method);
        var lines = figure.Kind == "line" ? Lines(figure, rows.Where(Merge), r => r.Value, Estimate.Interval) : [];
        if (lines.Count == 0 && figure.Series == "set") return Sets(figure, rows, metric, [.. rows.Where(Merge)]);
        if (lines.Count == 0)
        {
            var dots = new IntervalChart($"{metric} on {task}", metric, [.. rows.Select(r => Dot(model, r))]);
            return new FigureChart(figure, rows, dots.Label, "Lines: 95 % intervals over examples.", dots.Draw, []);
        }
        // A baseline with one value on the task is a line across; one with many, such as each model by itself, is a cloud.
        var baselines = rows.Where(r => !Merge(r) && double.IsFinite(r.Value)).GroupBy(r => r.Method).ToArray();
        var caption = $"{metric} on {task} by {XName(figure)}";
        var chart = new LineChart(caption, XName(figure), metric, lines, [.. baselines.Where(g => g.Count() == 1).Select(g => (Labels.Method(g.Key), g.Single().Value))])
        {
            Specks = Lines(figure, baselines.Where(g => g.Count() > 1).SelectMany(g => g), r => r.Value, _ => null, r => r.SetName),
        };
        var words = "Bands: 95 % intervals over examples." + string.Concat(chart.Specks.Select(s => $" Dots: {Labels.Models(s.Points.Count)}, {s.Name}."));
        return new FigureChart(figure, rows, caption, words, chart.Draw, [.. Theirs(figure, rows, metric)]);
    }

    /// <summary>A line a method, a dot a set; the best on the largest set first, beside the base.</summary>
    static FigureChart Sets(ReportFigure figure, ResultRow[] rows, string metric, ResultRow[] merges)
    {
        var sets = merges.Where(r => double.IsFinite(r.Value)).OrderBy(r => r.Models).Select(r => r.SetName).Distinct().ToList();
        var plotted = merges.GroupBy(Labels.Method)
            .Select(g => new DotRow(g.Key, [.. sets.Select(s => g.FirstOrDefault(r => r.SetName == s && double.IsFinite(r.Value))?.Value)]))
            .OrderByDescending(r => r.Values[^1] ?? double.NegativeInfinity).ToList();
        var basis = rows.FirstOrDefault(r => r.Models == 0);
        var plot = new DotPlot($"{metric} on {rows[0].Task} by method", metric, sets, plotted, basis is null ? null : (Labels.Method(basis.Method), basis.Value));
        return new FigureChart(figure, rows, plot.Label, $"Sorted by {(sets.Count > 0 ? sets[^1] : "set")}; intervals stand in the table.", plot.Draw, []);
    }

    static IEnumerable<(string, Func<double, string>)> Theirs(ReportFigure figure, ResultRow[] rows, string metric)
    {
        foreach (var setup in rows.Where(r => r.Published is not null).GroupBy(PublishedNote.Setup))
        {
            var lines = Lines(figure, setup, r => r.Published!.Value, _ => null);
            if (lines.Count > 0) yield return (setup.Key, new LineChart($"Published {metric}: {setup.Key}", XName(figure), metric, lines, []).Draw);
        }
    }

    static IReadOnlyList<LineSeries> Lines(ReportFigure figure, IEnumerable<ResultRow> rows, Func<ResultRow, double> value, Func<ResultRow, (double Low, double High)?> interval, Func<ResultRow, string>? name = null)
    {
        string Series(ResultRow row) => figure.Series == "set" && name is null ? row.SetName : figure.X == "models" ? Labels.Method(row) : Labels.Method(row.Method);
        return [.. rows.Where(r => double.IsFinite(value(r)) && X(figure, r) is not null).GroupBy(Series)
            .Select(g => new LineSeries(g.Key, [.. g.Select(r => new LinePoint(X(figure, r)!.Value, value(r), interval(r)?.Low, interval(r)?.High, name?.Invoke(r))).OrderBy(p => p.X)]))];
    }

    static double? X(ReportFigure figure, ResultRow row)
    {
        if (figure.X == "models") return row.Models > 0 ? row.Models : null;
        using var variant = JsonDocument.Parse(row.Variant);
        return variant.RootElement.TryGetProperty(figure.X, out var x) && x.ValueKind == JsonValueKind.Number ? x.GetDouble() : null;
    }

    static string XName(ReportFigure figure) => figure.X == "models" ? "merged models" : figure.X.Replace('_', ' ');

    static IntervalRow Dot(ReportModel model, ResultRow row)
    {
        var interval = Estimate.Interval(row);
        var name = row.SetName.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Labels.Method(row)}, {row.SetName}") : Labels.Method(row);
        return new IntervalRow(name, row.Value, interval?.Low, interval?.High, Order.Methods(model).Index().First(m => m.Item == row.Method).Index);
    }
}
