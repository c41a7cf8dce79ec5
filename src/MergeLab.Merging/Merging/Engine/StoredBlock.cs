using MergeLab.Checkpoints;
using MergeLab.Merging.Kernels;

namespace MergeLab.Merging.Engine;

/// <summary>
/// An <see cref="ElementKernel{T}"/> of float that can also go straight from stored inputs to the stored result, all of one type, without rows in
/// between: the result must be the same bit for bit. Where it can, the engine prefers it.
/// </summary>
interface IFusedKernel
{
    /// <summary>Whether it can, given its settings.</summary>
    bool Fuses { get; }

    /// <returns>False where an input may hold NaN or infinity.</returns>
    bool Run(in StoredBlock block);
}

/// <summary>A loop over stored elements, compiled for each type of them.</summary>
unsafe interface IFusedLoop
{
    /// <summary>Computes a multiple of <see cref="RowKernels.Lanes"/> elements.</summary>
    /// <param name="block">The inputs and the result.</param>
    /// <returns>Whether the inputs are finite, as far as the loop can tell.</returns>
    bool Run<TStored>(in StoredBlock block) where TStored : struct, IStoredFloats;
}

/// <summary>Consecutive elements of a tensor whose inputs and result are stored in one type: BF16, F16 or F32.</summary>
unsafe readonly struct StoredBlock(DType type, long first, int length, int count, byte** inputs, byte* basis, byte* output)
{
    /// <summary>The first element, counted over the flattened tensor.</summary>
    public long First => first;

    /// <summary>How many elements.</summary>
    public int Length => length;

    /// <summary>How many inputs.</summary>
    public int Count => count;

    /// <summary>For each input its first element of the block.</summary>
    public byte** Inputs => inputs;

    /// <summary>The base's first element of the block in the space of task vectors; null in that of weights.</summary>
    public byte* Base => basis;

    /// <summary>Room for the result, in the space of task vectors with the base added.</summary>
    public byte* Output => output;

    /// <summary>Some of its elements, from one on.</summary>
    /// <param name="offset">The first, counted from this block's own.</param>
    /// <param name="count">How many.</param>
    /// <param name="pointers">Room for <see cref="Count"/> addresses.</param>
    public StoredBlock Part(int offset, int count, byte** pointers)
    {
        var bytes = offset * type.Size();
        for (var i = 0; i < Count; i++) pointers[i] = Inputs[i] + bytes;
        return new StoredBlock(type, First + offset, count, Count, pointers, Base == null ? null : Base + bytes, Output + bytes);
    }

    /// <summary>Runs a loop over all of the block; the last few elements pass through memory with room behind them.</summary>
    public bool Run<TLoop>(TLoop loop) where TLoop : IFusedLoop => type switch
    {
        DType.BF16 => Run<TLoop, BFloat16Floats>(loop),
        DType.F16 => Run<TLoop, HalfFloats>(loop),
        _ => Run<TLoop, SingleFloats>(loop),
    };

    bool Run<TLoop, TStored>(TLoop loop) where TLoop : IFusedLoop where TStored : struct, IStoredFloats
    {
        var rest = Length % RowKernels.Lanes;
        var finite = loop.Run<TStored>(new StoredBlock(type, First, Length - rest, Count, Inputs, Base, Output));
        if (rest == 0) return finite;
        var done = (Length - rest) * TStored.Size;
        var bytes = rest * TStored.Size;
        const int Room = RowKernels.Lanes * 4;
        var copies = stackalloc byte[(Count + 2) * Room];
        var pointers = stackalloc byte*[Count];
        new Span<byte>(copies, (Count + 2) * Room).Clear();
        for (var i = 0; i < Count; i++)
        {
            pointers[i] = copies + i * Room;
            new ReadOnlySpan<byte>(Inputs[i] + done, bytes).CopyTo(new Span<byte>(pointers[i], bytes));
        }
        var baseCopy = Base == null ? null : copies + Count * Room;
        if (baseCopy != null) new ReadOnlySpan<byte>(Base + done, bytes).CopyTo(new Span<byte>(baseCopy, bytes));
        var result = copies + (Count + 1) * Room;
        finite &= loop.Run<TStored>(new StoredBlock(type, First + Length - rest, RowKernels.Lanes, Count, pointers, baseCopy, result));
        new ReadOnlySpan<byte>(result, bytes).CopyTo(new Span<byte>(Output + done, bytes));
        return finite;
    }
}
