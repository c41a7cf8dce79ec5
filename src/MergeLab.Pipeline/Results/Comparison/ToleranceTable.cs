namespace MergeLab.Results.Comparison;

/// <summary>Absolute differences allowed, by metric.</summary>
public sealed class ToleranceTable
{
    public const double Default = 0.01;

    const string DefaultName = "default";

    readonly IReadOnlyDictionary<string, double>? byMetric;

    ToleranceTable(IReadOnlyDictionary<string, double>? byMetric) => this.byMetric = byMetric;

    /// <summary>On one numeric runtime results are the same bits.</summary>
    public static ToleranceTable Exact { get; } = new(null);

    /// <param name="byMetric">Names as in results, or of a family ("rouge" for rouge1), or "default", which is for scores in [0, 1] and scaled for those up to 100.</param>
    public static ToleranceTable Of(IReadOnlyDictionary<string, double> byMetric) => new(byMetric);

    public double this[string metric]
    {
        get
        {
            if (byMetric is null) return 0;
            if (byMetric.TryGetValue(metric, out var own)) return own;
            foreach (var family in byMetric.Keys.Where(k => k != DefaultName && metric.StartsWith(k, StringComparison.Ordinal)).OrderByDescending(k => k.Length)) return byMetric[family];
            return byMetric.GetValueOrDefault(DefaultName, Default) * MetricScale.Of(metric);
        }
    }

    /// <summary>A difference of exactly the tolerance, as 0.31 − 0.30, is within it, though its last bits may say otherwise.</summary>
    public bool Allows(string metric, double left, double right) =>
        left.Equals(right) || (this[metric] is > 0 and var tolerance && Math.Abs(right - left) <= tolerance * (1 + 1e-9));
}
