namespace MergeLab.Merging.Median;

/// <summary>The points that count: copies merged with their weights added, points of weight 0 left out.</summary>
sealed class DistinctPoints
{
    readonly double[] allWeights;
    readonly int[] groupOf;

    DistinctPoints(double[][] points, double[] weights, double[] allWeights, int[] groupOf, double unit)
    {
        (Points, Weights, Unit) = (points, weights, unit);
        (this.allWeights, this.groupOf) = (allWeights, groupOf);
    }

    public double[][] Points { get; }

    public double[] Weights { get; }

    public double Unit { get; }

    public int Count => Points.Length;

    /// <summary>All on one line, the only case in which the median may not be unique.</summary>
    public bool IsLine => Points[0].Length == 1;

    public static DistinctPoints Of(MedianCoordinates coordinates, ReadOnlySpan<double> weights)
    {
        if (weights.Length != coordinates.Count) throw new ArgumentException($"{weights.Length} weights for {coordinates.Count} points", nameof(weights));
        var groupOf = new int[coordinates.Count];
        var groups = new Dictionary<int, int>();
        var points = new List<double[]>();
        var sums = new List<double>();
        for (var i = 0; i < groupOf.Length; i++)
        {
            groupOf[i] = -1;
            if (!(weights[i] >= 0) || double.IsInfinity(weights[i])) throw new ArgumentException($"weight {weights[i]} of point {i}", nameof(weights));
            if (weights[i] == 0) continue;
            if (!groups.TryGetValue(coordinates.Copies[i], out var group))
            {
                group = groups[coordinates.Copies[i]] = points.Count;
                points.Add(coordinates.Points[i]);
                sums.Add(0);
            }
            groupOf[i] = group;
            sums[group] += weights[i];
        }
        if (points.Count == 0) throw new ArgumentException("no point has a weight above 0", nameof(weights));
        return new DistinctPoints([.. points], [.. sums], weights.ToArray(), groupOf, coordinates.Unit);
    }

    public double Distance(int i, int j) => Vectors.Distance(Points[i], Points[j]);

    /// <summary>Σ w_j·‖x_j − x_k‖ in coordinate units.</summary>
    public double Objective(int k)
    {
        var sum = 0.0;
        for (var j = 0; j < Count; j++) sum += Weights[j] * Distance(j, k);
        return sum;
    }

    /// <summary>The points with point k as the origin, so that distances to it keep all their digits.</summary>
    public double[][] RelativeTo(int k) => [.. Points.Select(p => p.Select((v, e) => v - Points[k][e]).ToArray())];

    public IReadOnlyList<int> CopiesOf(int group) => [.. Enumerable.Range(0, groupOf.Length).Where(i => groupOf[i] == group)];

    /// <summary>Shares of the distinct points, handed to the copies by their weights.</summary>
    public double[] Share(double[] shares)
    {
        var all = new double[groupOf.Length];
        for (var i = 0; i < all.Length; i++)
            if (groupOf[i] is >= 0 and var group) all[i] = shares[group] * (allWeights[i] / Weights[group]);
        return all;
    }
}
