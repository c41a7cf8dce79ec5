using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Evaluation.Statistics;
using MergeLab.Reporting.Svg;
using MergeLab.Results;
using MergeLab.Results.Comparison;

namespace MergeLab.Reporting.Sections;

/// <summary>Result tables: ours with its interval, and under it, in another face and colour, the paper's figure.</summary>
static class TableSection
{
    const double Significant = 0.05;
    const int MostColumns = 7;

    /// <summary>What rows and columns can run over.</summary>
    public static readonly string[] Dimensions = ["method", "set", "task"];

    public static void Write(Html html, ReportModel model, PublishedNote note)
    {
        html.Heading("results", "Results");
        var requests = model.Tables.Count > 0 ? model.Tables
            : [.. model.Results.Rows.Select(r => r.Metric).Distinct().Order(StringComparer.Ordinal).Select(m => new ReportTable("method", "set", m))];
        foreach (var request in requests)
        {
            var rows = Order.Rows(model, model.Results.Rows.Where(r => r.Metric == request.Metric && (request.Task is null || r.Task == request.Task))).ToArray();
            if (rows.Length == 0)
            {
                html.Element("p", $"No results for {Labels.Metric(request.Metric)}{(request.Task is { } task ? $" on {task}" : "")}.", "none").Line();
                continue;
            }
            var (down, across) = (Known(request.Rows), Known(request.Columns));
            string[] rest = [.. Dimensions.Except([down, across])];
            foreach (var part in rows.GroupBy(r => string.Join(", ", rest.Select(d => Part(r, d)).Where(p => p.Length > 0)))) Write(html, model, [.. part], down, across, part.Key, note);
        }
        html.Line("</section>");
    }

    static void Write(Html html, ReportModel model, ResultRow[] rows, string down, string across, string where, PublishedNote note)
    {
        var all = rows;
        var apart = across == "task" || down == "task" ? null : new ApartRows(model, rows);
        rows = [.. rows.Except(apart?.All ?? [])];
        if (Sideways(rows, down, across)) (down, across) = (across, down);
        string[] columns = [.. Names(rows, across)], lines = [.. Names(rows, down)];
        var best = Best(model, rows);
        html.Raw($"<figure class=\"table\"><figcaption><b>{Markup.Escape(Labels.Metric(rows[0].Metric))}</b>{Markup.Escape(where.Length > 0 ? $" on {where}" : "")}");
        apart?.Caption(html);
        html.Line("</figcaption>");
        html.Line("<div class=\"scroll\"><table class=\"main\">");
        html.Line($"<thead><tr><th scope=\"col\">{Markup.Escape(down)}</th>{string.Concat(columns.Select(c => $"<th scope=\"col\" class=\"n\">{Head(rows, across, c)}</th>"))}</tr></thead>\n<tbody>");
        foreach (var line in lines)
        {
            html.Raw($"<tr><th scope=\"row\">{Head(rows, down, line)}</th>");
            foreach (var column in columns)
                html.Raw("<td class=\"n\">").Raw(string.Concat(rows.Where(r => Part(r, down) == line && Part(r, across) == column).Select(r => Cell(r, best.Contains(r))))).Raw("</td>");
            html.Line("</tr>");
        }
        html.Line("</tbody></table></div>");
        var setups = all.Where(r => r.Published is not null).Select(PublishedNote.Setup).Distinct().ToArray();
        html.Raw("<p class=\"note\">Ours with 95 % intervals over examples. Bold: ahead of every other method there (paired tests, Holm, p ≤ 0.05).");
        if (setups.Length == 0) html.Line("</p>");
        else note.End(html.Raw($" <i class=\"published\">Published: {Markup.Escape(string.Join("; ", setups))}.</i>"));
        apart?.Tables(html);
        ProvenanceSection.Rows(html, model, all);
        html.Line("</figure>");
    }

    /// <summary>Sets go down where they are more than the methods, and whatever is too many for the columns of a page.</summary>
    static bool Sideways(ResultRow[] rows, string down, string across)
    {
        var (lines, columns) = (Names(rows, down).Count(), Names(rows, across).Count());
        return (down, across) == ("method", "set") ? columns > lines : columns > MostColumns && lines <= MostColumns;
    }

    static string Cell(ResultRow row, bool best)
    {
        var value = Markup.Escape(Labels.Value(row.Value, row.Metric));
        var interval = Estimate.Interval(row) is { } i ? $"<small>{Markup.Escape($"{Labels.Value(i.Low, row.Metric)} to {Labels.Value(i.High, row.Metric)}")}</small>" : "";
        var published = row.Published is { } figure ? $"<i class=\"published\">published {Markup.Escape(Labels.Published(figure))}</i>" : "";
        return $"<div>{(best ? $"<b>{value}</b>" : $"<span>{value}</span>")}{interval}{published}</div>";
    }

    static string Head(ResultRow[] rows, string dimension, string name)
    {
        var models = dimension == "set" ? rows.Where(r => Part(r, "set") == name && r.Models > 0).Select(r => r.Models).Distinct().ToArray() : [];
        return Markup.Escape(name.Length > 0 ? name : "none") + (models is [var count] ? $"<small>{Markup.Escape(Labels.Models(count))}</small>" : "");
    }

    static string Part(ResultRow row, string dimension) => dimension switch { "method" => Labels.Method(row), "set" => row.SetName, _ => row.Split is "" or "test" ? row.Task : $"{row.Task} ({row.Split})" };

    static IEnumerable<string> Names(ResultRow[] rows, string dimension) => dimension == "set"
        ? rows.OrderBy(r => r.Models).ThenBy(r => r.SetName, StringComparer.Ordinal).Select(r => r.SetName).Distinct()
        : rows.Select(r => Part(r, dimension)).Distinct();

    static string Known(string dimension) => Dimensions.Contains(dimension) ? dimension
        : throw new ProblemException($"a table has no rows or columns by '{dimension}'", remedy: Suggestion.For(dimension, Dimensions));

    /// <summary>In each group of a set and task, the row that a paired t-test finds ahead of all others.</summary>
    static HashSet<ResultRow> Best(ReportModel model, ResultRow[] rows)
    {
        var tests = new List<(ResultRow Row, double P)>();
        foreach (var group in rows.GroupBy(r => (r.SetName, r.Task, r.Split)).Where(g => g.Count() > 1))
        {
            var ordered = group.OrderByDescending(r => MetricScale.LowerIsBetter(r.Metric) ? -r.Value : r.Value).ToArray();
            var values = ordered.Select(r => model.Results.ExamplesOf(CellKey.Of(r)).Select(e => e.Value).ToArray()).ToArray();
            if (values.Any(v => v.Length < 2 || v.Length != values[0].Length)) continue;
            tests.Add((ordered[0], values.Skip(1).Max(v => PairedTests.T(values[0], v).P is var p && double.IsNaN(p) ? 1 : p)));
        }
        var adjusted = Corrections.Holm([.. tests.Select(t => t.P)]);
        return [.. tests.Where((_, i) => adjusted[i] <= Significant).Select(t => t.Row)];
    }
}
