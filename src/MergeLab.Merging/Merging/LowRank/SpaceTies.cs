using MergeLab.Merging.Methods.Spectral;

namespace MergeLab.Merging.LowRank;

/// <summary>TIES (Yadav et al., NeurIPS 2023) on representations: trim by magnitude, elect a sign an entry, combine what agrees with it.</summary>
static class SpaceTies
{
    /// <summary>The smallest magnitude that is kept: of d entries those from the (d − ⌊density·d⌋)-th smallest on.</summary>
    /// <param name="values">All entries; reordered.</param>
    /// <param name="density">Share to keep.</param>
    public static double Cut(double[] values, double density)
    {
        var dropped = values.Length - RankShare.Floor(density, values.Length);
        if (dropped <= 0) return 0;
        for (var e = 0; e < values.Length; e++) values[e] = Math.Abs(values[e]);
        Array.Sort(values);
        return values[dropped - 1];
    }

    /// <param name="tasks">One matrix a task.</param>
    /// <param name="cuts">The smallest magnitude kept of each.</param>
    /// <param name="mean">Divides by the number that agree.</param>
    public static unsafe Tensor Merge(IReadOnlyList<Tensor> tasks, double[] cuts, bool mean)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cuts.Length, tasks.Count, nameof(cuts));
        var merged = zeros_like(tasks[0].contiguous());
        var dense = tasks.Select(t => t.contiguous()).ToArray();
        var rows = stackalloc double*[dense.Length];
        for (var t = 0; t < dense.Length; t++)
            fixed (double* row = dense[t].data<double>().AsSpan()) rows[t] = row;
        var to = merged.data<double>().AsSpan();
        var majority = 0L;
        for (var e = 0; e < to.Length; e++) majority += Math.Sign(to[e] = Sum(rows, cuts, e));
        for (var e = 0; e < to.Length; e++)
        {
            // An exact tie follows the majority of all entries; where there is none either, the negative side, as in the authors' code.
            var positive = to[e] != 0 ? to[e] > 0 : majority > 0;
            var (sum, count) = (0.0, 0);
            for (var t = 0; t < dense.Length; t++)
            {
                var value = rows[t][e];
                if (Math.Abs(value) < cuts[t] || value == 0 || value > 0 != positive) continue;
                sum += value;
                count++;
            }
            to[e] = mean && count > 1 ? sum / count : sum;
        }
        GC.KeepAlive(dense);
        return merged;
    }

    static unsafe double Sum(double** rows, double[] cuts, int e)
    {
        var sum = 0.0;
        for (var t = 0; t < cuts.Length; t++)
            if (Math.Abs(rows[t][e]) >= cuts[t]) sum += rows[t][e];
        return sum;
    }
}
