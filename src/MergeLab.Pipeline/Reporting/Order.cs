using MergeLab.Results;

namespace MergeLab.Reporting;

/// <summary>The order in which things are shown.</summary>
static class Order
{
    public static IReadOnlyList<string> Methods(ReportModel model) =>
        [.. model.Methods.Concat(model.Results.Rows.Select(r => r.Method).Except(model.Methods).OrderBy(m => model.Baselines.Contains(m)).ThenBy(m => m, StringComparer.Ordinal))];

    /// <summary>By method, then variant, number of models, set, task.</summary>
    public static IEnumerable<ResultRow> Rows(ReportModel model, IEnumerable<ResultRow> rows)
    {
        var methods = Methods(model).Select((m, i) => (m, i)).ToDictionary(p => p.m, p => p.i);
        return rows.OrderBy(r => methods[r.Method]).ThenBy(r => r.Variant, StringComparer.Ordinal).ThenBy(r => r.Models).ThenBy(r => r.SetName, StringComparer.Ordinal)
            .ThenBy(r => r.Task, StringComparer.Ordinal).ThenBy(r => r.Split, StringComparer.Ordinal).ThenBy(r => r.Metric, StringComparer.Ordinal);
    }
}
