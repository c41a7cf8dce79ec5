using MergeLab.Experiments;
using MergeLab.Store;

namespace MergeLab.Execution;

/// <summary>How long stages take, from recorded runs: a stage's own last run, else the median of its kind.</summary>
sealed class DurationModel(StageHistory history)
{
    sealed record OfKind(double? Median, double Deviation, int Runs);

    readonly Dictionary<string, OfKind> kinds = new(StringComparer.Ordinal);

    /// <summary>Runs of the kinds that were asked for.</summary>
    public int RecordedRuns => kinds.Values.Sum(k => k.Runs);

    /// <returns>Seconds, null where nothing is recorded, and the standard deviation.</returns>
    public (double? Seconds, double Deviation) Predict(StageNode node, StageRecord? last)
    {
        if (!kinds.TryGetValue(node.Kind, out var kind)) kinds[node.Kind] = kind = Summarise(history.Durations(node.Kind));
        if (last is null || last.Kind != node.Kind) return (kind.Median, kind.Median is null ? 0 : kind.Deviation);
        // The kind's spread is mostly between stages; the same stage again varies less, in proportion to its length.
        var share = kind.Median is > 0 ? Math.Min(1, last.Seconds / kind.Median.Value) : 0;
        return (last.Seconds, Math.Min(kind.Deviation * share, last.Seconds / 4));
    }

    static OfKind Summarise(IReadOnlyList<double> seconds)
    {
        if (seconds.Count == 0) return new(null, 0, 0);
        double[] sorted = [.. seconds.Order()];
        // A normal distribution's quartiles lie 1.349 standard deviations apart; unlike the plain formula this shrugs off outliers.
        return new(Quantile(sorted, 0.5), (Quantile(sorted, 0.75) - Quantile(sorted, 0.25)) / 1.349, sorted.Length);
    }

    static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var low = (int)at;
        return low + 1 < sorted.Length ? sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]) : sorted[low];
    }
}
