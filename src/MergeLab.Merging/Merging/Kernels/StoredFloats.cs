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

    /// <summary>Widens 32 elements exactly, in the order that takes the fewest instructions: the same for all that end in Split.</summary>
    static abstract (Vector512<float> First, Vector512<float> Second) LoadSplit(byte* from);

    /// <summary>Widens elements whose lane of <paramref name="keep"/> (in the order of memory) is set, and the base's where it is not.</summary>
    static abstract (Vector512<float> First, Vector512<float> Second) LoadSplit(byte* from, byte* basis, Vector512<ushort> keep);

    /// <summary>Rounds 32 numbers to nearest, ties to even.</summary>
    static abstract void StoreSplit(byte* to, Vector512<float> first, Vector512<float> second);

    /// <summary>The greatest exponents among those seen and 32 more elements.</summary>
    static abstract Vector512<uint> Look(Vector512<uint> seen, byte* from);

    /// <summary>Whether everything that was looked at is finite.</summary>
    static abstract bool Finite(Vector512<uint> seen);
}

/// <summary>float, as it is.</summary>
readonly unsafe struct SingleFloats : IStoredFloats
{
    public static int Size => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Low, Vector512<float> High) Load(byte* from) => (Vector512.Load((float*)from), Vector512.Load((float*)from + 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> First, Vector512<float> Second) LoadSplit(byte* from) => Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> First, Vector512<float> Second) LoadSplit(byte* from, byte* basis, Vector512<ushort> keep)
    {
        var (low, high) = Vector512.Widen(keep.AsInt16());
        var (x0, x1) = Load(from);
        var (base0, base1) = Load(basis);
        return (Vector512.ConditionalSelect(low.AsSingle(), x0, base0), Vector512.ConditionalSelect(high.AsSingle(), x1, base1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSplit(byte* to, Vector512<float> first, Vector512<float> second)
    {
        first.Store((float*)to);
        second.Store((float*)to + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Look(Vector512<uint> seen, byte* from)
    {
        var magnitudes = Vector512.Create(0x7FFFFFFFu);
        return Vector512.Max(Vector512.Max(seen, Vector512.Load((uint*)from) & magnitudes), Vector512.Load((uint*)from + 16) & magnitudes);
    }

    public static bool Finite(Vector512<uint> seen) => Vector512.LessThanAll(seen, Vector512.Create(0x7F800000u));
}
