namespace MergeLab.Merging.Median;

/// <summary>The weighted median of points on a line.</summary>
static class LineMedian
{
    // Sums of weights that should be equal differ by what adding them in another order leaves.
    const double TieTolerance = 1e-13;

    /// <summary>The point at which half of the weight is reached, or both neighbours where exactly half lies on each side.</summary>
    public static (int Left, int Right) Of(DistinctPoints points)
    {
        var order = Enumerable.Range(0, points.Count).OrderBy(i => points.Points[i][0]).ToArray();
        var total = points.Weights.Sum();
        var sum = 0.0;
        for (var k = 0; k < order.Length; k++)
        {
            sum += points.Weights[order[k]];
            if (Math.Abs(sum - total / 2) <= TieTolerance * total && k + 1 < order.Length) return (order[k], order[k + 1]);
            if (sum > total / 2) return (order[k], order[k]);
        }
        return (order[^1], order[^1]);
    }
}
