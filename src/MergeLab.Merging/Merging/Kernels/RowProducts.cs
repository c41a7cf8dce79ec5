using System.Numerics;
using System.Runtime.CompilerServices;

namespace MergeLab.Merging.Kernels;

/// <summary>Products of all pairs of rows of a matrix, M·Mᵀ, in float64.</summary>
public static class RowProducts
{
    // Rows taken together: 3×3 pairs use 9 accumulators and 6 operands, within 16 vector registers.
    const int Block = 3;

    /// <summary>
    /// The n×n matrix of ⟨row i, row j⟩. Each entry is summed in one fixed order, whatever the number of threads.
    /// </summary>
    /// <param name="rows">n·length entries, row after row.</param>
    /// <param name="n">Number of rows.</param>
    /// <param name="length">Entries of a row.</param>
    /// <param name="threads">Worker threads.</param>
    public static double[] OfAllPairs(double[] rows, int n, int length, int threads)
    {
        if ((long)n * length > rows.LongLength) throw new ArgumentException($"{rows.Length} entries for {n}×{length}", nameof(rows));
        var products = new double[n * n];
        var blocks = (n + Block - 1) / Block;
        Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = threads }, bi =>
        {
            for (var bj = 0; bj <= bi; bj++) Tile(rows, n, length, bi * Block, bj * Block, products);
        });
        return products;
    }

    static unsafe void Tile(double[] rows, int n, int length, int i0, int j0, double[] products)
    {
        fixed (double* start = rows)
        {
            if (i0 + Block <= n && j0 + Block <= n)
            {
                Span<double> tile = stackalloc double[Block * Block];
                FullTile(start + (long)i0 * length, start + (long)j0 * length, length, tile);
                for (var i = 0; i < Block; i++)
                    for (var j = 0; j < Block; j++) Put(products, n, i0 + i, j0 + j, tile[i * Block + j]);
                return;
            }
            for (var i = i0; i < Math.Min(i0 + Block, n); i++)
                for (var j = j0; j < Math.Min(j0 + Block, n); j++)
                    Put(products, n, i, j, Dot(start + (long)i * length, start + (long)j * length, length));
        }
    }

    static void Put(double[] products, int n, int i, int j, double value) => products[i * n + j] = products[j * n + i] = value;

    [SkipLocalsInit]
    static unsafe void FullTile(double* a, double* b, int length, Span<double> tile)
    {
        double* a1 = a + length, a2 = a1 + length, b1 = b + length, b2 = b1 + length;
        Vector<double> s00 = default, s01 = default, s02 = default, s10 = default, s11 = default, s12 = default, s20 = default, s21 = default, s22 = default;
        var e = 0;
        for (; e <= length - Vector<double>.Count; e += Vector<double>.Count)
        {
            var x = Vector.Load(b + e);
            var y = Vector.Load(b1 + e);
            var z = Vector.Load(b2 + e);
            var r = Vector.Load(a + e);
            s00 = Vector.FusedMultiplyAdd(r, x, s00);
            s01 = Vector.FusedMultiplyAdd(r, y, s01);
            s02 = Vector.FusedMultiplyAdd(r, z, s02);
            r = Vector.Load(a1 + e);
            s10 = Vector.FusedMultiplyAdd(r, x, s10);
            s11 = Vector.FusedMultiplyAdd(r, y, s11);
            s12 = Vector.FusedMultiplyAdd(r, z, s12);
            r = Vector.Load(a2 + e);
            s20 = Vector.FusedMultiplyAdd(r, x, s20);
            s21 = Vector.FusedMultiplyAdd(r, y, s21);
            s22 = Vector.FusedMultiplyAdd(r, z, s22);
        }
        tile[0] = Finish(s00, a, b, e, length);
        tile[1] = Finish(s01, a, b1, e, length);
        tile[2] = Finish(s02, a, b2, e, length);
        tile[3] = Finish(s10, a1, b, e, length);
        tile[4] = Finish(s11, a1, b1, e, length);
        tile[5] = Finish(s12, a1, b2, e, length);
        tile[6] = Finish(s20, a2, b, e, length);
        tile[7] = Finish(s21, a2, b1, e, length);
        tile[8] = Finish(s22, a2, b2, e, length);
    }

    /// <summary>The same order of operations as a full tile, so that equal rows give equal products wherever they stand.</summary>
    static unsafe double Dot(double* a, double* b, int length)
    {
        var sum = Vector<double>.Zero;
        var e = 0;
        for (; e <= length - Vector<double>.Count; e += Vector<double>.Count) sum = Vector.FusedMultiplyAdd(Vector.Load(a + e), Vector.Load(b + e), sum);
        return Finish(sum, a, b, e, length);
    }

    static unsafe double Finish(Vector<double> sum, double* a, double* b, int e, int length)
    {
        var total = Vector.Sum(sum);
        for (; e < length; e++) total = Math.FusedMultiplyAdd(a[e], b[e], total);
        return total;
    }
}
