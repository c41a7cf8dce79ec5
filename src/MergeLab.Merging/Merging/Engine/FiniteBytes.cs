using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeLab.Checkpoints;
using MergeLab.Merging.Kernels;

namespace MergeLab.Merging.Engine;

/// <summary>Whether stored floats are finite, by their exponents.</summary>
static unsafe class FiniteBytes
{
    /// <param name="type">Their type; all others than floats are finite.</param>
    /// <param name="from">The first element.</param>
    /// <param name="count">How many.</param>
    public static bool All(DType type, byte* from, int count) => type switch
    {
        DType.BF16 => All(new ReadOnlySpan<ushort>(from, count), (ushort)0x7F80),
        DType.F16 => All(new ReadOnlySpan<ushort>(from, count), (ushort)0x7C00),
        DType.F32 => All(new ReadOnlySpan<uint>(from, count), 0x7F800000u),
        DType.F64 => All(new ReadOnlySpan<ulong>(from, count), 0x7FF0000000000000ul),
        _ => true,
    };

    public static bool All<T>(Span<T> values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* start = values) return RowKernels.Subtract(start, null, values.Length);
    }

    static bool All<TBits>(ReadOnlySpan<TBits> elements, TBits exponent) where TBits : unmanaged, IBinaryInteger<TBits>
    {
        var mask = Vector512.Create(exponent);
        var odd = Vector512<TBits>.Zero;
        ref var first = ref MemoryMarshal.GetReference(elements);
        var i = 0;
        for (; i <= elements.Length - Vector512<TBits>.Count; i += Vector512<TBits>.Count) odd |= Vector512.Equals(Vector512.LoadUnsafe(ref first, (nuint)i) & mask, mask);
        if (odd != Vector512<TBits>.Zero) return false;
        for (; i < elements.Length; i++)
            if ((elements[i] & exponent) == exponent) return false;
        return true;
    }
}
