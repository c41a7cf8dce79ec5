using System.Numerics;
using System.Runtime.InteropServices;
using MergeLab.Merging.Kernels;

namespace MergeLab.Merging.Engine;

/// <summary>
/// Gram matrix of the task vectors of one tensor as seen from one of them: ⟨τ_i − τ_o, τ_j − τ_o⟩. Differences, products and sums are float64,
/// and what all vectors share cancels before it is squared: nothing restores those digits afterwards. One pass; bits do not depend on the
/// number of threads.
/// </summary>
public static unsafe class TaskVectorGram
{
    // Elements whose differences of eight models fit the first-level cache in float64.
    const int Part = 384;

    /// <param name="tensor">The tensor.</param>
    /// <param name="run">Threads and cancellation.</param>
    /// <param name="origin">Index among <see cref="TensorMerge.Models"/> of the vector that differences are taken to; its row and column are 0.</param>
    /// <param name="unit">A power of two that differences are divided by, so that squares of float64 tensors neither overflow nor vanish.</param>
    /// <returns>n×n, symmetric, in squares of <paramref name="unit"/>.</returns>
    public static double[,] Of(TensorMerge tensor, MergeRun run, int origin, double unit = 1) =>
        tensor.InDouble ? Of<double>(tensor, run, origin, unit) : Of<float>(tensor, run, origin, unit);

    static double[,] Of<T>(TensorMerge tensor, MergeRun run, int origin, double unit) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = tensor.Models.Count;
        var others = Enumerable.Range(0, n).Where(i => i != origin).ToArray();
        var width = PairProducts.Rows(others.Length);
        var sums = TensorStatistics.Sum<T>(tensor, InputSpace.TaskVectors, run, width * width, (in Block<T> block, Span<double> sums) => Add(block, others, origin, 1 / unit, sums),
            (in StoredBlock block, Span<double> sums) => Add(block, others, origin, sums));
        var gram = new double[n, n];
        for (var i = 0; i < others.Length; i++)
            for (var j = 0; j < others.Length; j++) gram[others[i], others[j]] = sums[Math.Max(i, j) * width + Math.Min(i, j)];
        return gram;
    }

    static void Add<T>(in Block<T> block, int[] others, int origin, double factor, Span<double> sums) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var stride = PairProducts.Stride(Part);
        var width = PairProducts.Rows(others.Length);
        var rows = PairProducts.Scratch(width * stride);
        new Span<double>(rows, width * stride).Clear();
        for (var at = 0; at < block.Length; at += Part)
        {
            var length = Math.Min(Part, block.Length - at);
            for (var i = 0; i < others.Length; i++) Differences<T>(block.Row(others[i]).Slice(at, length), block.Row(origin).Slice(at, length), factor, rows + i * stride, stride);
            fixed (double* to = sums) PairProducts.Add(rows, width, stride, to);
        }
    }

    /// <summary>The same from stored elements; those of float tensors need no unit.</summary>
    static bool Add(in StoredBlock block, int[] others, int origin, Span<double> sums)
    {
        var stride = PairProducts.Stride(Part);
        var width = PairProducts.Rows(others.Length);
        // Behind the rows what all differences need: the base as float, and the origin.
        var rows = PairProducts.Scratch((width + 2) * stride);
        new Span<double>(rows, width * stride).Clear();
        var pointers = stackalloc byte*[block.Count];
        for (var at = 0; at < block.Length; at += Part)
        {
            var length = Math.Min(Part, block.Length - at);
            var finite = block.Part(at, length, pointers).Run(new StoredDifferences(others, origin, rows, stride, rows + width * stride, (float*)(rows + (width + 1) * stride)));
            // Then an input does hold such a number, and the caller refuses it.
            if (!finite) return false;
            if (length < Part)
                for (var i = 0; i < others.Length; i++) new Span<double>(rows + i * stride + length, stride - length).Clear();
            fixed (double* to = sums) PairProducts.Add(rows, width, stride, to);
        }
        return true;
    }

    static void Differences<T>(ReadOnlySpan<T> row, ReadOnlySpan<T> origin, double factor, double* to, int stride) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) PairProducts.Differences(MemoryMarshal.Cast<T, float>(row), MemoryMarshal.Cast<T, float>(origin), to);
        else PairProducts.Differences(MemoryMarshal.Cast<T, double>(row), MemoryMarshal.Cast<T, double>(origin), factor, to);
        new Span<double>(to + row.Length, stride - row.Length).Clear();
    }
}
