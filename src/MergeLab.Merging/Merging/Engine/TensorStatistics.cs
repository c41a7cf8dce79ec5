using System.Buffers;
using System.Numerics;

namespace MergeLab.Merging.Engine;

/// <summary>Adds what a block contributes to the sums of a chunk.</summary>
/// <param name="block">The rows; its output is scratch.</param>
/// <param name="sums">Sums of the chunk so far.</param>
public delegate void BlockSums<T>(in Block<T> block, Span<double> sums) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>
/// One streaming pass over a tensor for sums in double: chunks in parallel, their sums added in the order of the tensor, so that no bit
/// depends on the number of threads.
/// </summary>
public static class TensorStatistics
{
    const long ChunkElements = 1 << 18;

    /// <param name="tensor">The tensor.</param>
    /// <param name="space">What the rows hold.</param>
    /// <param name="run">Threads and cancellation.</param>
    /// <param name="width">How many sums.</param>
    /// <param name="add">Called for block after block.</param>
    public static double[] Sum<T>(TensorMerge tensor, InputSpace space, MergeRun run, int width, BlockSums<T> add) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var chunks = (int)((tensor.Output.Count + ChunkElements - 1) / ChunkElements);
        var partial = new double[chunks][];
        var options = new ParallelOptions { MaxDegreeOfParallelism = run.Threads, CancellationToken = run.Cancellation };
        Parallel.For(0, chunks, options, chunk =>
        {
            var sums = partial[chunk] = new double[width];
            var first = chunk * ChunkElements;
            ForBlocks<T>(tensor, space, first, Math.Min(tensor.Output.Count, first + ChunkElements), sums, add);
        });
        var total = new double[width];
        foreach (var sums in partial)
            for (var i = 0; i < width; i++) total[i] += sums[i];
        return total;
    }

    static void ForBlocks<T>(TensorMerge tensor, InputSpace space, long first, long end, double[] sums, BlockSums<T> add) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = TensorBlocks.Rows(tensor, space).Count;
        var buffer = ArrayPool<T>.Shared.Rent((count + 2) * TensorBlocks.BlockElements);
        for (var at = first; at < end; at += TensorBlocks.BlockElements)
        {
            var length = (int)Math.Min(TensorBlocks.BlockElements, end - at);
            var rows = buffer.AsSpan(2 * length, count * length);
            TensorBlocks.Read(tensor, space, at, rows, buffer.AsSpan(length, length));
            add(new Block<T>(at, buffer.AsSpan(0, length), rows), sums);
        }
        ArrayPool<T>.Shared.Return(buffer);
    }
}
