using System.Buffers;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Output;

/// <summary>Takes raw little-endian bytes at a byte offset within a tensor, from any thread.</summary>
public delegate void TensorWrite(string tensor, long offset, ReadOnlySpan<byte> bytes);

/// <summary>
/// Writes every tensor of a source into a checkpoint, one read and one write an element. Tensors go one after the other, blocks of a tensor in
/// parallel, so that memory stays at a few blocks and the factors of one matrix, whatever the size of the model.
/// </summary>
public static class ModelCopy
{
    const long BlockElements = 1 << 18;
    const int RowsTogether = 8; // what the low-rank kernel takes at once

    /// <param name="source">What to write.</param>
    /// <param name="inputs">What a tensor is made of, to be searched where it holds values that are not finite.</param>
    /// <param name="target">Takes the tensors of <paramref name="source"/>.</param>
    /// <param name="threads">Worker threads; the bytes do not depend on them.</param>
    /// <param name="written">Told the bytes of each finished tensor.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <exception cref="Core.Errors.ProblemException">An input holds NaN or infinity.</exception>
    public static void Write(WeightSource source, Func<string, IEnumerable<TensorReader>> inputs, TensorWrite target, int threads, Action<long>? written, CancellationToken cancellation)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        foreach (var tensor in source.Tensors)
        {
            cancellation.ThrowIfCancellationRequested();
            var reader = source.Reader(tensor.Name);
            var block = BlockSize(tensor);
            var blocks = (tensor.Count + block - 1) / block;
            if (blocks <= 1) Copy(0);
            else Parallel.For(0, blocks, options, Copy);
            written?.Invoke(tensor.Bytes);

            void Copy(long b)
            {
                if (WriteBlock(reader, tensor, target, b * block, Math.Min(block, tensor.Count - b * block))) return;
                foreach (var input in inputs(tensor.Name)) NonFinite.Refuse(input);
            }
        }
    }

    /// <summary>Whole groups of rows, about a megabyte of floats.</summary>
    static long BlockSize(TensorSpec tensor)
    {
        var group = tensor.Shape.Count == 0 ? 1 : Math.Max(1, tensor.Count / Math.Max(1, tensor.Shape[0])) * RowsTogether;
        return Math.Max(group, BlockElements / group * group);
    }

    /// <returns>Whether all values are finite.</returns>
    static unsafe bool WriteBlock(TensorReader reader, TensorSpec tensor, TensorWrite target, long first, long count)
    {
        var size = tensor.DType.Size();
        if (reader.Stored is var stored && stored != null)
        {
            var finite = true;
            for (var done = 0L; done < count; done += int.MaxValue / 8) finite &= FiniteBytes.All(tensor.DType, stored + (first + done) * size, (int)Math.Min(int.MaxValue / 8, count - done));
            for (var done = 0L; done < count * size; done += int.MaxValue / 2)
                target(tensor.Name, first * size + done, new ReadOnlySpan<byte>(stored + first * size + done, (int)Math.Min(int.MaxValue / 2, count * size - done)));
            return finite;
        }
        var values = ArrayPool<float>.Shared.Rent((int)count);
        var bytes = ArrayPool<byte>.Shared.Rent((int)count * size);
        var span = values.AsSpan(0, (int)count);
        reader.Read(first, span);
        var all = FiniteBytes.All<float>(span);
        Elements.FromSingle(tensor.DType, span, bytes.AsSpan(0, (int)count * size));
        target(tensor.Name, first * size, bytes.AsSpan(0, (int)count * size));
        ArrayPool<float>.Shared.Return(values);
        ArrayPool<byte>.Shared.Return(bytes);
        return all;
    }
}
