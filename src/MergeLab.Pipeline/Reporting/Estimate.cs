using MergeLab.Evaluation.Statistics;
using MergeLab.Results;

namespace MergeLab.Reporting;

/// <summary>95 % intervals of single values, from their standard errors (differences between methods are judged by paired tests, not by these).</summary>
static class Estimate
{
    static readonly double z = Distributions.NormalQuantile(0.975);

    public static (double Low, double High)? Interval(ResultRow row) =>
        row.StdErr is { } error && double.IsFinite(error) && double.IsFinite(row.Value) ? (row.Value - (z * error), row.Value + (z * error)) : null;
}
