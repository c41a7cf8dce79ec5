using System.Runtime.InteropServices;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Merging.Tests.Engine;

/// <summary>A tensor in memory, either as if it lay in a mapped file or as if it were computed. Its memory ends where the tensor does.</summary>
sealed unsafe class MemoryTensor : TensorReader
{
    readonly byte[] bytes;
    readonly byte* start;
    readonly bool stored;

    public MemoryTensor(TensorSpec tensor, double[] values, bool stored = true)
    {
        Tensor = tensor;
        this.stored = stored;
        bytes = GC.AllocateArray<byte>((int)tensor.Bytes, pinned: true);
        Elements.FromDouble(tensor.DType, values, bytes);
        start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(bytes, 0);
    }

    public override TensorSpec Tensor { get; }

    public override byte* Stored => stored ? start : null;

    /// <summary>The values as the type holds them.</summary>
    public double[] Values
    {
        get
        {
            var values = new double[Tensor.Count];
            Read(0, values);
            return values;
        }
    }

    public override void Read(long first, Span<float> to) => Elements.ToSingle(Tensor.DType, Part(first, to.Length), to);

    public override void Read(long first, Span<double> to) => Elements.ToDouble(Tensor.DType, Part(first, to.Length), to);

    ReadOnlySpan<byte> Part(long first, int count) => bytes.AsSpan((int)first * Tensor.DType.Size(), count * Tensor.DType.Size());
}
