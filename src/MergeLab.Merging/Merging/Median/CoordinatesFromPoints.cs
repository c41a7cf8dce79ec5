namespace MergeLab.Merging.Median;

/// <summary>
/// Coordinates of points that are at hand in full. Differences to the medoid are orthogonalised directly (modified Gram–Schmidt with pivoting),
/// which keeps all digits of small distances: a Gram matrix would keep half of them.
/// </summary>
public static class CoordinatesFromPoints
{
    // What rounding leaves of a direction that is not there, relative to the longest difference.
    const double RankTolerance = 1e-14;

    /// <param name="points">n points of d entries each.</param>
    /// <param name="weights">n weights ≥ 0, at least one above 0.</param>
    public static MedianCoordinates Of(IReadOnlyList<double[]> points, ReadOnlySpan<double> weights)
    {
        var n = points.Count;
        var unit = Unit(points);
        var distances = Distances(points, unit);
        var copies = MedianCoordinates.FindCopies(distances, weights);
        var medoid = MedianCoordinates.Medoid(distances, weights);

        var rest = new double[n][];
        for (var i = 0; i < n; i++)
        {
            rest[i] = new double[points[i].Length];
            for (var e = 0; e < rest[i].Length; e++) rest[i][e] = points[i][e] / unit - points[medoid][e] / unit;
        }
        return new MedianCoordinates(Orthogonalise(rest, copies, weights), copies, unit);
    }

    /// <summary>The power of two just above the largest magnitude: squares of scaled entries neither overflow nor vanish.</summary>
    static double Unit(IReadOnlyList<double[]> points)
    {
        var largest = points.Max(p => p.Length == 0 ? 0 : p.Max(Math.Abs));
        return largest == 0 ? 1 : Math.ScaleB(1, Math.Min(Math.ILogB(largest) + 1, 1023));
    }

    static double[,] Distances(IReadOnlyList<double[]> points, double unit)
    {
        var distances = new double[points.Count, points.Count];
        for (var i = 0; i < points.Count; i++)
            for (var j = 0; j < i; j++)
            {
                var sum = 0.0;
                for (var e = 0; e < points[i].Length; e++)
                {
                    var difference = points[i][e] / unit - points[j][e] / unit;
                    sum += difference * difference;
                }
                distances[i, j] = distances[j, i] = Math.Sqrt(sum);
            }
        return distances;
    }

    static double[][] Orthogonalise(double[][] rest, int[] copies, ReadOnlySpan<double> weights)
    {
        var n = rest.Length;
        var original = rest.Select(Norm).ToArray();
        var coordinates = Enumerable.Range(0, n).Select(_ => new List<double>()).ToArray();
        while (coordinates[0].Count < n - 1)
        {
            // Each point is measured against its own length, so that one far point does not make the others look flat.
            var (pivot, length) = (-1, 0.0);
            for (var i = 0; i < n; i++)
            {
                if (copies[i] != i || weights[i] <= 0) continue;
                var norm = Norm(rest[i]);
                if (norm > RankTolerance * original[i] && norm > length) (pivot, length) = (i, norm);
            }
            if (pivot < 0) break;
            var direction = rest[pivot].Select(v => v / length).ToArray();
            for (var i = 0; i < n; i++)
            {
                if (copies[i] != i || weights[i] <= 0) continue;
                if (i == pivot)
                {
                    coordinates[i].Add(length);
                    Array.Clear(rest[i]);
                    continue;
                }
                coordinates[i].Add(Remove(direction, rest[i]));
            }
        }
        return [.. Enumerable.Range(0, n).Select(i => coordinates[copies[i]].ToArray())];
    }

    /// <summary>Removes a direction from a vector, twice, and returns how much of it there was: once leaves what rounding put back.</summary>
    static double Remove(double[] direction, double[] vector)
    {
        var total = 0.0;
        for (var pass = 0; pass < 2; pass++)
        {
            var part = 0.0;
            for (var e = 0; e < vector.Length; e++) part += direction[e] * vector[e];
            for (var e = 0; e < vector.Length; e++) vector[e] -= part * direction[e];
            total += part;
        }
        return total;
    }

    static double Norm(double[] vector)
    {
        var sum = 0.0;
        foreach (var v in vector) sum += v * v;
        return Math.Sqrt(sum);
    }
}
