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
}

/// <summary>float, as it is.</summary>
readonly unsafe struct SingleFloats : IStoredFloats
{
    public static int Size => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Low, Vector512<float> High) Load(byte* from) => (Vector512.Load((float*)from), Vector512.Load((float*)from + 16));
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
}
