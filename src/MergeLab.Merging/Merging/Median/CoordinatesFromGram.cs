namespace MergeLab.Merging.Median;

/// <summary>
/// Coordinates of points of which only the Gram matrix ⟨x_i, x_j⟩ is known: re-centred at the medoid, then factored (pivoted Cholesky).
/// Centring at the mean instead would lose the digits of all points to one far outlier.
/// </summary>
public static class CoordinatesFromGram
{
    // Float64 products and sums of a few thousand terms leave about 1e-15 of the squares; copies are known only up to that.
    const double Noise = 1e-13;

    /// <param name="gram">n×n, symmetric, float64, not centred.</param>
    /// <param name="weights">n weights ≥ 0, at least one above 0.</param>
    public static MedianCoordinates Of(double[,] gram, ReadOnlySpan<double> weights)
    {
        var n = gram.GetLength(0);
        var largest = 0.0;
        for (var i = 0; i < n; i++) largest = Math.Max(largest, gram[i, i]);
        var unit = largest == 0 ? 1 : Math.ScaleB(1, (Math.ILogB(largest) >> 1) + 1);
        var square = unit * unit;

        var distances = new double[n, n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++)
            {
                var squared = gram[i, i] / square + gram[j, j] / square - 2 * gram[i, j] / square;
                if (squared > Noise * Math.Max(gram[i, i], gram[j, j]) / square) distances[i, j] = distances[j, i] = Math.Sqrt(squared);
            }
        var copies = MedianCoordinates.FindCopies(distances, weights);
        var medoid = MedianCoordinates.Medoid(distances, weights);

        var centred = new double[n, n];
        var noise = new double[n];
        for (var i = 0; i < n; i++)
        {
            noise[i] = Noise * Math.Max(gram[i, i], gram[medoid, medoid]) / square;
            for (var j = 0; j < n; j++)
                centred[i, j] = (gram[i, j] - gram[i, medoid] - (gram[j, medoid] - gram[medoid, medoid])) / square;
        }
        return new MedianCoordinates(Factor(centred, noise, copies, weights), copies, unit);
    }

    static double[][] Factor(double[,] rest, double[] noise, int[] copies, ReadOnlySpan<double> weights)
    {
        var n = copies.Length;
        var coordinates = Enumerable.Range(0, n).Select(_ => new List<double>()).ToArray();
        while (coordinates[0].Count < n - 1)
        {
            var pivot = -1;
            for (var i = 0; i < n; i++)
                if (copies[i] == i && weights[i] > 0 && rest[i, i] > noise[i] && (pivot < 0 || rest[i, i] > rest[pivot, pivot])) pivot = i;
            if (pivot < 0) break;
            var length = Math.Sqrt(rest[pivot, pivot]);
            var column = new double[n];
            for (var i = 0; i < n; i++) column[i] = i == pivot ? length : rest[i, pivot] / length;
            for (var i = 0; i < n; i++)
            {
                coordinates[i].Add(column[i]);
                for (var j = 0; j < n; j++) rest[i, j] -= column[i] * column[j];
            }
            for (var i = 0; i < n; i++) rest[i, pivot] = rest[pivot, i] = 0;
        }
        return [.. Enumerable.Range(0, n).Select(i => coordinates[copies[i]].ToArray())];
    }
}
