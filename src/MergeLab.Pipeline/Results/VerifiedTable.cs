using System.Globalization;
using System.Text;

namespace MergeLab.Results;

/// <summary>Results as Markdown a person reviews: a section a task and metric, a line a cell, a paper's figures in a column of their own under its name.</summary>
public static class VerifiedTable
{
    public static string Write(ResultSet results)
    {
        var text = new StringBuilder();
        foreach (var experiment in results.Rows.GroupBy(r => r.Experiment))
        {
            text.Append(CultureInfo.InvariantCulture, $"# {experiment.Key}\n");
            foreach (var section in experiment.GroupBy(r => (r.Task, r.Split, r.Metric)).OrderBy(g => $"{g.Key.Task}\0{g.Key.Split}\0{g.Key.Metric}", StringComparer.Ordinal))
                Section(text, $"{section.Key.Task}{(section.Key.Split.Length > 0 ? $" ({section.Key.Split})" : "")}: {section.Key.Metric}", [.. section]);
        }
        return text.ToString();
    }

    static void Section(StringBuilder text, string title, ResultRow[] rows)
    {
        var setups = rows.Where(r => r.Published is not null).Select(r => r.PublishedSetup ?? "setup not stated").Distinct().Order(StringComparer.Ordinal).ToArray();
        var varied = rows.Any(r => r.Variant != CellKey.NoVariant);
        List<(string Head, bool Right, Func<ResultRow, string> Text)> columns =
        [
            ("method", false, r => r.Method),
            .. varied ? new (string, bool, Func<ResultRow, string>)[] { ("variant", false, r => r.Variant == CellKey.NoVariant ? "" : $"`{r.Variant}`") } : [],
            ("set", false, r => r.SetName),
            ("models", true, r => r.Models.ToString(CultureInfo.InvariantCulture)),
            ("ours", true, r => Number(r.Value)),
            ("± standard error", true, r => r.StdErr is { } error ? Number(error) : ""),
            ("examples", true, r => r.Examples.ToString(CultureInfo.InvariantCulture)),
            .. setups.Select(s => ($"published ({s})", true, (Func<ResultRow, string>)(r => r.Published is { } value && (r.PublishedSetup ?? "setup not stated") == s ? value.ToString("R", CultureInfo.InvariantCulture) : ""))),
        ];
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
        Line(text, columns.Select(c => c.Head));
        text.Append('|').Append(string.Join('|', columns.Select(c => c.Right ? "--:" : "---"))).Append("|\n");
        foreach (var row in rows.OrderBy(r => r.Method, StringComparer.Ordinal).ThenBy(r => r.Variant, StringComparer.Ordinal).ThenBy(r => r.Models).ThenBy(r => r.SetName, StringComparer.Ordinal))
            Line(text, columns.Select(c => c.Text(row)));
    }

    static void Line(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").Append(string.Join(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ")))).Append(" |\n");

    static string Number(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture);
}
