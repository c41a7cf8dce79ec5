namespace MergeLab.Merging.Median;

/// <summary>
/// Weiszfeld's iteration as published for GeoMed (Algorithm 1 and its code): from the mean, distances clamped from below, stopped by the
/// length of the step. Kept for comparison: its absolute thresholds stop early on small task vectors, and a start on a point traps it.
/// </summary>
/// <param name="Epsilon">Stop once a step is shorter than this (absolute).</param>
/// <param name="MaxIterations">Step limit.</param>
public sealed record PaperWeiszfeld(double Epsilon = 1e-8, int MaxIterations = 300)
{
    const double LeastDistance = 1e-10;

    /// <summary>Runs on points in full, or on their coordinates, which have the same distances.</summary>
    /// <param name="points">n points of d entries each.</param>
    /// <param name="weights">n weights ≥ 0.</param>
    public (MedianSolution Solution, double[] Median) Run(IReadOnlyList<double[]> points, ReadOnlySpan<double> weights)
    {
        var (n, d) = (points.Count, points[0].Length);
        var coefficients = Vectors.Scale(weights.ToArray(), 1 / Sum(weights));
        var median = Combine(points, coefficients, 1, d);
        var steps = 0;
        var converged = false;
        while (!converged && steps < MaxIterations)
        {
            steps++;
            var shares = new double[n];
            for (var i = 0; i < n; i++) shares[i] = weights[i] / Math.Max(Vectors.Distance(points[i], median), LeastDistance);
            var total = Sum(shares);
            if (total == 0) break;
            var next = Combine(points, shares, total, d);
            converged = Vectors.Distance(next, median) < Epsilon;
            median = next;
            coefficients = Vectors.Scale(shares, 1 / total);
        }
        var objective = 0.0;
        for (var i = 0; i < n; i++) objective += weights[i] * Vectors.Distance(points[i], median);
        return (new MedianSolution(MedianKind.Interior, coefficients, objective, steps, converged, []), median);
    }

    static double[] Combine(IReadOnlyList<double[]> points, double[] shares, double total, int d)
    {
        var sum = new double[d];
        for (var i = 0; i < shares.Length; i++)
            for (var e = 0; e < d; e++) sum[e] += shares[i] * points[i][e];
        for (var e = 0; e < d; e++) sum[e] /= total;
        return sum;
    }

    static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var v in values) sum += v;
        return sum;
    }
}
