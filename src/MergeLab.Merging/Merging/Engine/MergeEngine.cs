using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Merging.Engine;

/// <summary>Receives the merged bytes of tensors, in any order and from any thread.</summary>
public interface ITensorSink
{
    /// <summary>Takes raw little-endian bytes at a byte offset within a tensor.</summary>
    void Write(string tensor, long offset, ReadOnlySpan<byte> bytes);
}

/// <summary>
/// Carries out a merge: tensor after tensor, chunks of a tensor in parallel, blocks of a chunk in cache; one read of each input and one write
/// of each output element, beside the passes a method needs for its statistics.
/// </summary>
public static class MergeEngine
{
    const long ChunkElements = 1 << 18;

    /// <param name="method">How to merge.</param>
    /// <param name="run">What to merge.</param>
    /// <param name="sink">Where the result goes.</param>
    /// <param name="written">Told the bytes of each finished tensor.</param>
    public static void Run(IMergeMethod method, MergeRun run, ITensorSink sink, Action<long>? written)
    {
        var rule = method.Begin(run);
        foreach (var tensor in run.Tensors)
        {
            run.Cancellation.ThrowIfCancellationRequested();
            if (Copied(rule, tensor) is { } same) Copy(same, tensor, sink, run);
            else if (tensor.InDouble) Merge<double>(rule, tensor, run, sink);
            else Merge<float>(rule, tensor, run, sink);
            written?.Invoke(tensor.Output.Bytes);
        }
    }

    static TensorInput? Copied(ITensorRule rule, TensorMerge tensor)
    {
        if (tensor.CopyOf is { } copy) return copy;
        if (!tensor.Output.DType.IsFloat()) return tensor.Base ?? tensor.Inputs[0];
        if (rule.Space == InputSpace.TaskVectors && tensor.Models.All(m => m.Unchanged)) return tensor.Base;
        return rule.CopyOf(tensor);
    }

    static void Merge<T>(ITensorRule rule, TensorMerge tensor, MergeRun run, ITensorSink sink) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var kernel = rule.Prepare<T>(tensor, run);
        ForChunks(tensor.Output, run, (first, end) =>
        {
            var size = tensor.Output.DType.Size();
            var count = TensorBlocks.Rows(tensor, rule.Space).Count;
            var buffer = ArrayPool<T>.Shared.Rent((count + 2) * TensorBlocks.BlockElements);
            var bytes = ArrayPool<byte>.Shared.Rent((int)(end - first) * size);
            for (var at = first; at < end; at += TensorBlocks.BlockElements)
            {
                var length = (int)Math.Min(TensorBlocks.BlockElements, end - at);
                var output = buffer.AsSpan(0, length);
                var basis = buffer.AsSpan(length, length);
                var rows = buffer.AsSpan(2 * length, count * length);
                TensorBlocks.Read(tensor, rule.Space, at, rows, basis);
                kernel.Run(new Block<T>(at, output, rows));
                if (rule.Space == InputSpace.TaskVectors) TensorBlocks.Add(output, basis);
                Narrow(tensor.Output.DType, output, bytes.AsSpan((int)(at - first) * size, length * size));
            }
            sink.Write(tensor.Output.Name, first * size, bytes.AsSpan(0, (int)(end - first) * size));
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<T>.Shared.Return(buffer);
        });
    }

    static unsafe void Copy(TensorInput input, TensorMerge tensor, ITensorSink sink, MergeRun run)
    {
        var size = tensor.Output.DType.Size();
        if (input.Reader.Tensor.DType != tensor.Output.DType)
        {
            ForChunks(tensor.Output, run, (first, end) => Convert(input.Reader, tensor, first, (int)(end - first), sink));
            return;
        }
        var stored = (nint)input.Reader.Stored;
        ForChunks(tensor.Output, run, (first, end) =>
        {
            if (stored != 0) sink.Write(tensor.Output.Name, first * size, new ReadOnlySpan<byte>((byte*)stored + first * size, (int)(end - first) * size));
            else Convert(input.Reader, tensor, first, (int)(end - first), sink);
        });
    }

    static void Convert(TensorReader reader, TensorMerge tensor, long first, int count, ITensorSink sink)
    {
        var size = tensor.Output.DType.Size();
        var bytes = ArrayPool<byte>.Shared.Rent(count * size);
        if (tensor.InDouble) Convert<double>(reader, tensor.Output.DType, first, count, bytes);
        else Convert<float>(reader, tensor.Output.DType, first, count, bytes);
        sink.Write(tensor.Output.Name, first * size, bytes.AsSpan(0, count * size));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    static void Convert<T>(TensorReader reader, DType type, long first, int count, byte[] bytes) where T : unmanaged
    {
        var values = ArrayPool<T>.Shared.Rent(count);
        TensorBlocks.Read(reader, first, values.AsSpan(0, count));
        Narrow(type, values.AsSpan(0, count), bytes.AsSpan(0, count * type.Size()));
        ArrayPool<T>.Shared.Return(values);
    }

    static void Narrow<T>(DType type, Span<T> values, Span<byte> bytes) where T : unmanaged
    {
        if (typeof(T) == typeof(double)) Elements.FromDouble(type, MemoryMarshal.Cast<T, double>(values), bytes);
        else Elements.FromSingle(type, MemoryMarshal.Cast<T, float>(values), bytes);
    }

    static void ForChunks(TensorSpec tensor, MergeRun run, Action<long, long> act)
    {
        var chunks = (tensor.Count + ChunkElements - 1) / ChunkElements;
        var options = new ParallelOptions { MaxDegreeOfParallelism = run.Threads, CancellationToken = run.Cancellation };
        if (chunks == 1) act(0, tensor.Count);
        else Parallel.For(0, chunks, options, chunk => act(chunk * ChunkElements, Math.Min(tensor.Count, (chunk + 1) * ChunkElements)));
    }
}
