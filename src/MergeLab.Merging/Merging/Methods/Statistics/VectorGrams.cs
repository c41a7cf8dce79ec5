using System.Numerics;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Statistics;

/// <summary>
/// Inner products of all pairs of inputs, in double, for each vector of a tensor: all that spherical means and Model Stock need to know, so
/// that their coefficients cost one pass.
/// </summary>
public static class VectorGrams
{
    const int StripeColumns = 512;
    const int RowsTogether = 16;

    /// <summary>Called with each vector's Gram matrix, n×n row after row; from many threads.</summary>
    public delegate void GramUse(long vector, ReadOnlySpan<double> gram);

    public static void ForEach<T>(TensorMerge tensor, InputSpace space, VectorLayout layout, MergeRun run, GramUse use) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (layout.Kind == VectorKind.Whole) use(0, Whole<T>(tensor, space, run));
        else if (layout.Kind == VectorKind.LastDimension) Rows<T>(tensor, space, layout, run, use);
        else Columns<T>(tensor, space, layout, run, use);
    }

    static double[] Whole<T>(TensorMerge tensor, InputSpace space, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = TensorBlocks.Rows(tensor, space).Count;
        var gram = TensorStatistics.Sum<T>(tensor, space, run, n * n, (in Block<T> block, Span<double> sums) =>
        {
            for (var i = 0; i < n; i++)
                for (var j = 0; j <= i; j++) sums[i * n + j] += RowSums.Products<T>(block.Row(i), block.Row(j));
        });
        Mirror(gram, n);
        return gram;
    }

    static unsafe void Rows<T>(TensorMerge tensor, InputSpace space, VectorLayout layout, MergeRun run, GramUse use) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var reader = new RowReader<T>(tensor, space);
        var (n, length) = (reader.Count, checked((int)layout.Length));
        ForGroups(layout.Vectors, RowsTogether, run, (first, count) =>
        {
            var scratch = BlockScratch.Take<T>(checked((n + 1) * length));
            var gram = new double[n * n];
            for (var vector = first; vector < first + count; vector++)
            {
                reader.Read(vector * length, length, scratch, scratch + length);
                for (var i = 0; i < n; i++)
                    for (var j = 0; j <= i; j++) gram[i * n + j] = RowSums.Products<T>(new Span<T>(scratch + (i + 1) * length, length), new Span<T>(scratch + (j + 1) * length, length));
                Mirror(gram, n);
                use(vector, gram);
            }
        });
    }

    static unsafe void Columns<T>(TensorMerge tensor, InputSpace space, VectorLayout layout, MergeRun run, GramUse use) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var reader = new RowReader<T>(tensor, space);
        var n = reader.Count;
        ForGroups(layout.Vectors, StripeColumns, run, (first, count) =>
        {
            var scratch = BlockScratch.Take<T>((n + 1) * count);
            var grams = new double[n * n * count];
            for (var along = 0L; along < layout.Length; along++)
            {
                reader.Read(along * layout.Vectors + first, count, scratch, scratch + count);
                for (var i = 0; i < n; i++)
                    for (var j = 0; j <= i; j++)
                        for (var c = 0; c < count; c++) grams[c * n * n + i * n + j] += double.CreateTruncating(scratch[(i + 1) * count + c]) * double.CreateTruncating(scratch[(j + 1) * count + c]);
            }
            for (var c = 0; c < count; c++)
            {
                var gram = grams.AsSpan(c * n * n, n * n);
                Mirror(gram, n);
                use(first + c, gram);
            }
        });
    }

    static void Mirror(Span<double> gram, int n)
    {
        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++) gram[j * n + i] = gram[i * n + j];
    }

    static void ForGroups(long vectors, int together, MergeRun run, Action<long, int> act) =>
        Workers.For(run, (vectors + together - 1) / together, group => act(group * together, (int)Math.Min(together, vectors - group * together)));
}
