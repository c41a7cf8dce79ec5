namespace MergeLab.Merging.Median;

/// <summary>
/// The exact geometric median: the points themselves are tried first (Vardi and Zhang, PNAS 2000), points on a line are solved as a
/// weighted median, and only then is the smooth problem solved, from a start that no point can trap, by Weiszfeld and Newton steps.
/// </summary>
public static class GeometricMedian
{
    // |R| ≤ W decides whether a point is the median; equality counts, and rounding of R must not hide it.
    const double AnchorTolerance = 1e-13;

    /// <param name="coordinates">The points.</param>
    /// <param name="weights">n weights ≥ 0, at least one above 0.</param>
    public static MedianSolution Solve(MedianCoordinates coordinates, ReadOnlySpan<double> weights)
    {
        var distinct = DistinctPoints.Of(coordinates, weights);
        if (distinct.Count == 1) return AtPoint(distinct, 0, MedianKind.Point);
        if (distinct.IsLine) return OnLine(distinct);

        var anchor = BestAnchor(distinct);
        var pull = Pull(distinct, anchor, out var slope);
        var strength = Vectors.Norm(pull);
        if (strength <= distinct.Weights[anchor] * (1 + AnchorTolerance)) return AtPoint(distinct, anchor, MedianKind.Vertex);

        // A step from the best point that already lies below it (Vardi–Zhang): the descent can meet no point again.
        var shifted = distinct.RelativeTo(anchor);
        var start = Vectors.Scale(pull, (strength - distinct.Weights[anchor]) / (strength * slope));
        var descent = NewtonDescent.From(start, shifted, distinct.Weights);
        return new MedianSolution(
            MedianKind.Interior, distinct.Share(InverseDistances(descent.Distances, distinct.Weights)),
            descent.Objective * distinct.Unit, descent.Iterations, descent.Converged, []);
    }

    /// <summary>The point with the least objective: if any point is the median, it is this one.</summary>
    static int BestAnchor(DistinctPoints points)
    {
        var best = 0;
        for (var k = 1; k < points.Count; k++)
            if (points.Objective(k) < points.Objective(best)) best = k;
        return best;
    }

    /// <summary>R = Σ_{j≠k} w_j·(x_j − x_k)/‖x_j − x_k‖: how the others pull at point k.</summary>
    static double[] Pull(DistinctPoints points, int k, out double slope)
    {
        var pull = new double[points.Points[k].Length];
        slope = 0;
        for (var j = 0; j < points.Count; j++)
        {
            if (j == k) continue;
            var share = points.Weights[j] / points.Distance(j, k);
            slope += share;
            for (var e = 0; e < pull.Length; e++) pull[e] += share * (points.Points[j][e] - points.Points[k][e]);
        }
        return pull;
    }

    static double[] InverseDistances(double[] distances, double[] weights)
    {
        var shares = new double[weights.Length];
        for (var i = 0; i < shares.Length; i++) shares[i] = weights[i] / distances[i];
        return Vectors.Scale(shares, 1 / shares.Sum());
    }

    static MedianSolution AtPoint(DistinctPoints points, int k, MedianKind kind)
    {
        var shares = new double[points.Count];
        shares[k] = 1;
        return new MedianSolution(kind, points.Share(shares), points.Objective(k) * points.Unit, 0, true, points.CopiesOf(k));
    }

    static MedianSolution OnLine(DistinctPoints points)
    {
        var (left, right) = LineMedian.Of(points);
        if (left == right) return AtPoint(points, left, MedianKind.Vertex);
        var shares = new double[points.Count];
        shares[left] = shares[right] = 0.5;
        var objective = 0.0;
        for (var i = 0; i < points.Count; i++)
            objective += points.Weights[i] * (points.Distance(i, left) + points.Distance(i, right)) / 2;
        return new MedianSolution(MedianKind.Segment, points.Share(shares), objective * points.Unit, 0, true, [.. points.CopiesOf(left), .. points.CopiesOf(right)]);
    }
}
