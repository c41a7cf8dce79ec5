namespace MergeLab.Merging.Median;

/// <summary>
/// The points of a median problem in an orthonormal basis of their affine hull: n points, at most n − 1 coordinates, the medoid at the origin.
/// The median lies in that hull, so nothing else of the points (millions of entries each) is ever needed.
/// </summary>
/// <param name="Points">n rows of r coordinates each, in units of <paramref name="Unit"/>.</param>
/// <param name="Copies">For each point the index of the first point equal to it.</param>
/// <param name="Unit">A power of two: what one unit of the coordinates is in the units of the input.</param>
public sealed record MedianCoordinates(double[][] Points, int[] Copies, double Unit)
{
    public int Count => Points.Length;

    public int Rank => Points.Length == 0 ? 0 : Points[0].Length;

    /// <summary>The point with the least weighted sum of distances to all others; the first of several.</summary>
    internal static int Medoid(double[,] distances, ReadOnlySpan<double> weights)
    {
        var best = 0;
        var least = double.PositiveInfinity;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] <= 0) continue;
            var sum = 0.0;
            for (var j = 0; j < weights.Length; j++) sum += weights[j] * distances[i, j];
            if (sum < least) (best, least) = (i, sum);
        }
        return best;
    }

    /// <summary>Groups points at distance zero. A point of weight 0 does not exist for the problem and joins no group.</summary>
    internal static int[] FindCopies(double[,] distances, ReadOnlySpan<double> weights)
    {
        var first = new int[weights.Length];
        for (var i = 0; i < first.Length; i++)
        {
            first[i] = i;
            for (var j = 0; j < i && weights[i] > 0; j++)
            {
                if (distances[i, j] != 0 || first[j] != j || weights[j] <= 0) continue;
                first[i] = j;
                break;
            }
        }
        return first;
    }
}
