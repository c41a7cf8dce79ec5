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
/// of each output element, beside the passes a method needs for its statistics. Small tensors are taken together, one a thread.
/// </summary>
public static class MergeEngine
{
    // The result of a chunk stays in the second-level cache until it is handed over.
    const long ChunkElements = 1 << 17;

    const long SmallTensor = 1 << 19;
    const long BatchElements = 1 << 24;

    /// <param name="method">How to merge.</param>
    /// <param name="run">What to merge.</param>
    /// <param name="sink">Where the result goes.</param>
    /// <param name="written">Told the bytes of each finished tensor.</param>
    /// <exception cref="Core.Errors.ProblemException">A float tensor of an input holds NaN or infinity; what was written until then is worthless.</exception>
    public static void Run(IMergeMethod method, MergeRun run, ITensorSink sink, Action<long>? written)
    {
        using var ahead = ReadAhead.Start(run);
        var rule = method.Begin(run);
        for (var i = 0; i < run.Tensors.Count;)
        {
            run.Cancellation.ThrowIfCancellationRequested();
            var (first, count) = (i, Together(run.Tensors, i));
            ahead?.Reached(first);
            Workers.For(run, count, k => Merge(rule, run.Tensors[first + (int)k], run, sink));
            for (; i < first + count; i++) written?.Invoke(run.Tensors[i].Output.Bytes);
        }
    }

    /// <summary>How many tensors from one on are merged at the same time: one large one, or many small ones.</summary>
    static int Together(IReadOnlyList<TensorMerge> tensors, int first)
    {
        var elements = 0L;
        var count = 0;
        while (first + count < tensors.Count && tensors[first + count].Output.Count <= SmallTensor && elements < BatchElements) elements += tensors[first + count++].Output.Count;
        return Math.Max(1, count);
    }

    static void Merge(ITensorRule rule, TensorMerge tensor, MergeRun run, ITensorSink sink)
    {
        if (Copied(rule, tensor) is { } same) Copy(same.Reader, tensor, run, sink);
        else if (tensor.InDouble) Merge<double>(rule, tensor, run, sink);
        else Merge<float>(rule, tensor, run, sink);
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
        var reader = new RowReader<T>(tensor, rule.Space);
        ForChunks(tensor.Output, run, sink, (first, end, bytes) =>
        {
            if (!MergeStored(tensor, reader, kernel, first, end, bytes)) Merge(reader, kernel, tensor.Output.DType, first, end, bytes);
        });
    }

    static unsafe void Merge<T>(RowReader<T> reader, ElementKernel<T> kernel, DType type, long first, long end, Span<byte> bytes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var size = type.Size();
        var scratch = reader.TakeScratch();
        for (var at = first; at < end; at += reader.BlockElements)
        {
            var length = (int)Math.Min(reader.BlockElements, end - at);
            var output = new Span<T>(scratch, length);
            reader.Read(at, length, scratch + length, scratch + 2 * length);
            kernel.Run(new Block<T>(at, output, new Span<T>(scratch + 2 * length, reader.Count * length)));
            if (reader.Space == InputSpace.TaskVectors) TensorBlocks.Add(output, new ReadOnlySpan<T>(scratch + length, length));
            Narrow(type, output, bytes.Slice((int)(at - first) * size, length * size));
        }
    }

    static unsafe bool MergeStored<T>(TensorMerge tensor, RowReader<T> reader, ElementKernel<T> kernel, long first, long end, Span<byte> bytes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (kernel is not IFusedKernel { Fuses: true } fused) return false;
        var pointers = stackalloc byte*[reader.Count];
        fixed (byte* output = bytes)
        {
            if (!reader.TryStored(tensor.Output.DType, first, (int)(end - first), pointers, output, out var block)) return false;
            if (!fused.Run(block)) NonFinite.Refuse(tensor, first, block.Length);
            return true;
        }
    }

    /// <summary>Converts where the types differ; the same bytes otherwise.</summary>
    static unsafe void Copy(TensorReader reader, TensorMerge tensor, MergeRun run, ITensorSink sink)
    {
        if (reader.Stored != null && reader.Tensor.DType == tensor.Output.DType)
        {
            var (stored, size) = ((nint)reader.Stored, tensor.Output.DType.Size());
            Workers.For(run, Chunks(tensor.Output), chunk =>
            {
                var first = chunk * ChunkElements;
                var count = (int)Math.Min(ChunkElements, tensor.Output.Count - first);
                if (!FiniteBytes.All(tensor.Output.DType, (byte*)stored + first * size, count)) NonFinite.Refuse(reader);
                sink.Write(tensor.Output.Name, first * size, new ReadOnlySpan<byte>((byte*)stored + first * size, count * size));
            });
        }
        else if (tensor.InDouble) Convert<double>(reader, tensor.Output, run, sink);
        else Convert<float>(reader, tensor.Output, run, sink);
    }

    static void Convert<T>(TensorReader reader, TensorSpec output, MergeRun run, ITensorSink sink) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ForChunks(output, run, sink, (first, end, bytes) =>
        {
            var values = ArrayPool<T>.Shared.Rent((int)(end - first));
            var span = values.AsSpan(0, (int)(end - first));
            TensorBlocks.Read(reader, first, span);
            if (!FiniteBytes.All<T>(span)) NonFinite.Refuse(reader);
            Narrow(output.DType, span, bytes);
            ArrayPool<T>.Shared.Return(values);
        });

    static void Narrow<T>(DType type, Span<T> values, Span<byte> bytes) where T : unmanaged
    {
        if (typeof(T) == typeof(double)) Elements.FromDouble(type, MemoryMarshal.Cast<T, double>(values), bytes);
        else Elements.FromSingle(type, MemoryMarshal.Cast<T, float>(values), bytes);
    }

    delegate void ChunkBytes(long first, long end, Span<byte> bytes);

    static void ForChunks(TensorSpec tensor, MergeRun run, ITensorSink sink, ChunkBytes act) =>
        Workers.For(run, Chunks(tensor), chunk =>
        {
            var (first, end) = (chunk * ChunkElements, Math.Min(tensor.Count, (chunk + 1) * ChunkElements));
            var size = tensor.DType.Size();
            var buffer = ArrayPool<byte>.Shared.Rent((int)(end - first) * size);
            var bytes = buffer.AsSpan(0, (int)(end - first) * size);
            act(first, end, bytes);
            sink.Write(tensor.Name, first * size, bytes);
            ArrayPool<byte>.Shared.Return(buffer);
        });

    static long Chunks(TensorSpec tensor) => (tensor.Count + ChunkElements - 1) / ChunkElements;
}
