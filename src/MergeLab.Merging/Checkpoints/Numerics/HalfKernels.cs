using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeLab.Checkpoints.Numerics;

/// <summary>
/// binary16 and bfloat16 to and from binary32, eight lanes at a time in integer arithmetic: the base class library has no vector form.
/// Widening is exact; narrowing rounds to nearest, ties to even. NaN stays NaN (its leading payload bits are kept, it becomes quiet).
/// </summary>
static class HalfKernels
{
    const int Lanes = 8;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WidenBFloat16(ReadOnlySpan<ushort> from, Span<float> to)
    {
        var i = 0;
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        for (; i <= from.Length - 2 * Lanes; i += 2 * Lanes)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)i));
            (low << 16).AsSingle().StoreUnsafe(ref target, (nuint)i);
            (high << 16).AsSingle().StoreUnsafe(ref target, (nuint)(i + Lanes));
        }
        for (; i < from.Length; i++) to[i] = BitConverter.UInt32BitsToSingle((uint)from[i] << 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WidenHalf(ReadOnlySpan<ushort> from, Span<float> to)
    {
        var i = 0;
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        for (; i <= from.Length - 2 * Lanes; i += 2 * Lanes)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)i));
            WidenHalf(low).StoreUnsafe(ref target, (nuint)i);
            WidenHalf(high).StoreUnsafe(ref target, (nuint)(i + Lanes));
        }
        for (; i < from.Length; i++) to[i] = (float)BitConverter.UInt16BitsToHalf(from[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NarrowBFloat16(ReadOnlySpan<float> from, Span<ushort> to)
    {
        var i = 0;
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        for (; i <= from.Length - 2 * Lanes; i += 2 * Lanes)
        {
            var low = NarrowBFloat16(Vector256.LoadUnsafe(ref source, (nuint)i));
            var high = NarrowBFloat16(Vector256.LoadUnsafe(ref source, (nuint)(i + Lanes)));
            Vector256.Narrow(low, high).StoreUnsafe(ref target, (nuint)i);
        }
        for (; i < from.Length; i++) to[i] = (ushort)NarrowBFloat16(Vector256.CreateScalarUnsafe(from[i])).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NarrowHalf(ReadOnlySpan<float> from, Span<ushort> to)
    {
        var i = 0;
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        for (; i <= from.Length - 2 * Lanes; i += 2 * Lanes)
        {
            var low = NarrowHalf(Vector256.LoadUnsafe(ref source, (nuint)i));
            var high = NarrowHalf(Vector256.LoadUnsafe(ref source, (nuint)(i + Lanes)));
            Vector256.Narrow(low, high).StoreUnsafe(ref target, (nuint)i);
        }
        for (; i < from.Length; i++) to[i] = (ushort)NarrowHalf(Vector256.CreateScalarUnsafe(from[i])).ToScalar();
    }

    /// <summary>
    /// The nearest float that keeps every later rounding to 16 bits right: where x is not a float, the neighbour with an odd last bit
    /// (rounding to odd; Boldo and Melquiond 2008). Rounding to nearest twice would err on values close to a tie.
    /// </summary>
    public static float RoundToOdd(double x)
    {
        var near = (float)x;
        if (near == x || float.IsNaN(near)) return near;
        var bits = BitConverter.SingleToUInt32Bits(near);
        if ((bits & 1) != 0) return near;
        // The even candidate was taken: step towards x, to its odd neighbour. From infinity this is the largest float, which is odd.
        var inwards = Math.Abs((double)near) > Math.Abs(x);
        return BitConverter.UInt32BitsToSingle(inwards ? bits - 1 : bits + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> WidenHalf(Vector256<uint> h)
    {
        var sign = (h & Vector256.Create(0x8000u)) << 16;
        var magnitude = (h & Vector256.Create(0x7FFFu)) << 13;
        var exponent = magnitude & Vector256.Create(0x0F800000u);
        var rebased = magnitude + Vector256.Create((127u - 15) << 23);
        // Subnormal: put the fraction under an implicit one, then subtract that one.
        var subnormal = ((rebased + Vector256.Create(1u << 23)).AsSingle() - Vector256.Create(0x38800000u).AsSingle()).AsUInt32();
        var special = magnitude | Vector256.Create(0x7F800000u);
        var bits = Vector256.ConditionalSelect(Vector256.Equals(exponent, Vector256<uint>.Zero), subnormal, rebased);
        bits = Vector256.ConditionalSelect(Vector256.Equals(exponent, Vector256.Create(0x0F800000u)), special, bits);
        return (bits | sign).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<uint> NarrowBFloat16(Vector256<float> x)
    {
        var bits = x.AsUInt32();
        var rounded = (bits + Vector256.Create(0x7FFFu) + ((bits >> 16) & Vector256<uint>.One)) >> 16;
        var quiet = (bits >> 16) | Vector256.Create(0x0040u);
        return Vector256.ConditionalSelect(Vector256.Equals(x, x).AsUInt32(), rounded, quiet);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<uint> NarrowHalf(Vector256<float> x)
    {
        var sign = x.AsUInt32() & Vector256.Create(0x80000000u);
        var bits = x.AsUInt32() ^ sign;
        // Below 2^-14 the result is subnormal: adding 0.5 aligns its last bit with the float's, and the addition rounds.
        var half = Vector256.Create(0.5f);
        var subnormal = (bits.AsSingle() + half).AsUInt32() - half.AsUInt32();
        var odd = (bits >> 13) & Vector256<uint>.One;
        var normal = (bits - Vector256.Create((127u - 15) << 23) + Vector256.Create(0xFFFu) + odd) >> 13;
        var result = Vector256.ConditionalSelect(Vector256.LessThan(bits, Vector256.Create(113u << 23)), subnormal, normal);
        result = Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(bits, Vector256.Create(143u << 23)), Vector256.Create(0x7C00u), result);
        var quiet = ((bits >> 13) & Vector256.Create(0x3FFu)) | Vector256.Create(0x7E00u);
        result = Vector256.ConditionalSelect(Vector256.GreaterThan(bits, Vector256.Create(0x7F800000u)), quiet, result);
        return result | (sign >> 16);
    }
}
