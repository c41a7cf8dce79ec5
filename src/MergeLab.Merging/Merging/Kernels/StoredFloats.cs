using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MergeLab.Merging.Kernels;

/// <summary>A type of stored floats, as a type parameter: kernels are compiled once for each.</summary>
unsafe interface IStoredFloats
{
    /// <summary>Bytes of one element.</summary>
    static abstract int Size { get; }

    /// <summary>Widens 32 elements, in order, exactly.</summary>
    static abstract (Vector512<float> Low, Vector512<float> High) Load(byte* from);

    /// <summary>Rounds 32 numbers to nearest, ties to even.</summary>
    static abstract void Store(byte* to, Vector512<float> low, Vector512<float> high);
}

/// <summary>bfloat16: the upper half of a float.</summary>
readonly unsafe struct BFloat16Floats : IStoredFloats
{
    public static int Size => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Low, Vector512<float> High) Load(byte* from)
    {
        var (low, high) = Vector512.Widen(Vector512.Load((ushort*)from));
        return ((low << 16).AsSingle(), (high << 16).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Vector512<float> low, Vector512<float> high) => Vector512.Narrow(Round(low), Round(high)).Store((ushort*)to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<uint> Round(Vector512<float> x)
    {
        var bits = x.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
        return Vector512.ConditionalSelect(Vector512.Equals(x, x).AsUInt32(), rounded, (bits >> 16) | Vector512.Create(0x0040u));
    }
}

/// <summary>float, as it is.</summary>
readonly unsafe struct SingleFloats : IStoredFloats
{
    public static int Size => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Low, Vector512<float> High) Load(byte* from) => (Vector512.Load((float*)from), Vector512.Load((float*)from + 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Vector512<float> low, Vector512<float> high)
    {
        low.Store((float*)to);
        high.Store((float*)to + 16);
    }
}

/// <summary>binary16 in integer arithmetic, without subnormal operands, which some processors take a hundred times longer for.</summary>
readonly unsafe struct HalfFloats : IStoredFloats
{
    public static int Size => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Low, Vector512<float> High) Load(byte* from)
    {
        var (low, high) = Vector512.Widen(Vector512.Load((ushort*)from));
        return (Widen(low), Widen(high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Widen(Vector512<uint> half)
    {
        var sign = (half & Vector512.Create(0x8000u)) << 16;
        var magnitude = (half & Vector512.Create(0x7FFFu)) << 13;
        var rebased = magnitude + Vector512.Create((127u - 15) << 23);
        // Subnormal: put the fraction under an implicit one, then subtract that one. Infinity and NaN: the greatest exponent.
        var subnormal = ((rebased + Vector512.Create(1u << 23)).AsSingle() - Vector512.Create(0x38800000u).AsSingle()).AsUInt32();
        var bits = Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(0x00800000u)), subnormal, rebased);
        bits = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(0x0F800000u)), magnitude | Vector512.Create(0x7F800000u), bits);
        return (bits | sign).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Vector512<float> low, Vector512<float> high) => Vector512.Narrow(Round(low), Round(high)).Store((ushort*)to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<uint> Round(Vector512<float> x)
    {
        var sign = x.AsUInt32() & Vector512.Create(0x80000000u);
        var bits = x.AsUInt32() ^ sign;
        // Below 2^-14 the result is subnormal: adding 0.5 aligns its last bit with the float's, and the addition rounds.
        var half = Vector512.Create(0.5f);
        var subnormal = (bits.AsSingle() + half).AsUInt32() - half.AsUInt32();
        var normal = (bits - Vector512.Create((127u - 15) << 23) + Vector512.Create(0xFFFu) + ((bits >> 13) & Vector512<uint>.One)) >> 13;
        var result = Vector512.ConditionalSelect(Vector512.LessThan(bits, Vector512.Create(113u << 23)), subnormal, normal);
        result = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(bits, Vector512.Create(143u << 23)), Vector512.Create(0x7C00u), result);
        var quiet = ((bits >> 13) & Vector512.Create(0x3FFu)) | Vector512.Create(0x7E00u);
        result = Vector512.ConditionalSelect(Vector512.GreaterThan(bits, Vector512.Create(0x7F800000u)), quiet, result);
        return result | (sign >> 16);
    }
}
