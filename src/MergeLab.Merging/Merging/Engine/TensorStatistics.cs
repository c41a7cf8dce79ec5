using System.Numerics;
using MergeLab.Merging.Kernels;

namespace MergeLab.Merging.Engine;

/// <summary>Adds what a block contributes to the sums of a chunk.</summary>
/// <param name="block">The rows; its output is scratch.</param>
/// <param name="sums">Sums of the chunk so far.</param>
public delegate void BlockSums<T>(in Block<T> block, Span<double> sums) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>The same straight from stored inputs of one type, where they lie so: what it adds must be the same bit for bit.</summary>
/// <returns>False where an input may hold NaN or infinity, or a sum left its range; nothing has been added then.</returns>
delegate bool StoredSums(in StoredBlock block, Span<double> sums);

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
    public static double[] Sum<T>(TensorMerge tensor, InputSpace space, MergeRun run, int width, BlockSums<T> add) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Sum(tensor, space, run, width, add, null);

    /// <param name="tensor">The tensor.</param>
    /// <param name="space">What the rows hold.</param>
    /// <param name="run">Threads and cancellation.</param>
    /// <param name="width">How many sums.</param>
    /// <param name="add">Called for blocks that must be read into rows.</param>
    /// <param name="addStored">Called for whole vectors of elements that lie in mapped memory.</param>
    internal static double[] Sum<T>(TensorMerge tensor, InputSpace space, MergeRun run, int width, BlockSums<T> add, StoredSums? addStored) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var chunks = (int)((tensor.Output.Count + ChunkElements - 1) / ChunkElements);
        var partial = new double[chunks][];
        var reader = new RowReader<T>(tensor, space);
        Workers.For(run, chunks, chunk =>
        {
            var sums = partial[chunk] = new double[width];
            var first = chunk * ChunkElements;
            ForBlocks(tensor, reader, first, Math.Min(tensor.Output.Count, first + ChunkElements), sums, add, addStored);
        });
        var total = new double[width];
        foreach (var sums in partial)
            for (var i = 0; i < width; i++) total[i] += sums[i];
        return total;
    }

    static unsafe void ForBlocks<T>(TensorMerge tensor, RowReader<T> reader, long first, long end, double[] sums, BlockSums<T> add, StoredSums? addStored) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scratch = reader.TakeScratch();
        var pointers = stackalloc byte*[reader.Count];
        var type = tensor.Inputs[0].Reader.Tensor.DType;
        for (var at = first; at < end; at += reader.BlockElements)
        {
            var length = (int)Math.Min(reader.BlockElements, end - at);
            if (addStored is not null && length % RowKernels.Lanes == 0 && reader.TryStored(type, at, length, pointers, null, out var block))
            {
                if (addStored(block, sums)) continue;
                NonFinite.Refuse(tensor, at, length);
            }
            reader.Read(at, length, scratch + length, scratch + 2 * length);
            add(new Block<T>(at, new Span<T>(scratch, length), new Span<T>(scratch + 2 * length, reader.Count * length)), sums);
        }
    }
}
