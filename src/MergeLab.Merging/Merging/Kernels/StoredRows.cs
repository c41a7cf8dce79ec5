using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MergeLab.Merging.Draws;

namespace MergeLab.Merging.Kernels;

/// <summary>What a fused loop makes of each input before it is weighted, as a type parameter: loops are compiled once for each.</summary>
unsafe interface IStoredRows
{
    /// <summary>Whether elements may vanish without a trace in the result, so that each must be looked at.</summary>
    static abstract bool Drops { get; }

    /// <summary>What <see cref="Load"/> wants to know of 32 elements from one on.</summary>
    Vector512<uint> Place(long element);

    /// <summary>32 elements of a row.</summary>
    /// <param name="row">Which.</param>
    /// <param name="from">Its stored elements.</param>
    /// <param name="basis">The base's stored elements; null in the space of weights.</param>
    /// <param name="base0">The first half of those, widened.</param>
    /// <param name="base1">The second half.</param>
    /// <param name="place">What <see cref="Place"/> gave.</param>
    (Vector512<float> First, Vector512<float> Second) Load<TStored>(int row, byte* from, byte* basis, Vector512<float> base0, Vector512<float> base1, Vector512<uint> place) where TStored : struct, IStoredFloats;
}

/// <summary>Weights or task vectors as they are.</summary>
readonly unsafe struct WholeRows : IStoredRows
{
    public static bool Drops => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<uint> Place(long element) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector512<float> First, Vector512<float> Second) Load<TStored>(int row, byte* from, byte* basis, Vector512<float> base0, Vector512<float> base1, Vector512<uint> place) where TStored : struct, IStoredFloats
    {
        var (x0, x1) = TStored.LoadSplit(from);
        return basis == null ? (x0, x1) : (x0 - base0, x1 - base1);
    }
}

/// <summary>Task vectors whose small elements are dropped.</summary>
/// <param name="limits">For each row what a magnitude must exceed.</param>
readonly unsafe struct CutRows(float* limits) : IStoredRows
{
    public static bool Drops => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<uint> Place(long element) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector512<float> First, Vector512<float> Second) Load<TStored>(int row, byte* from, byte* basis, Vector512<float> base0, Vector512<float> base1, Vector512<uint> place) where TStored : struct, IStoredFloats
    {
        var (x0, x1) = TStored.LoadSplit(from);
        var limit = Vector512.Create(limits[row]);
        return (Larger(x0 - base0, limit), Larger(x1 - base1, limit));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Larger(Vector512<float> x, Vector512<float> limit) => Vector512.ConditionalSelect(Vector512.GreaterThan(Vector512.Abs(x), limit), x, Vector512<float>.Zero);
}

/// <summary>Task vectors thinned at random: a dropped element is replaced by the base's before it is widened, so that its difference is exactly zero.</summary>
/// <param name="draws">For each row what stays.</param>
/// <param name="scales">For each row what multiplies the rest.</param>
readonly unsafe struct DrawnRows(KeepDraws* draws, float* scales) : IStoredRows
{
    public static bool Drops => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<uint> Place(long element) => KeepDraws.Counters(element);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector512<float> First, Vector512<float> Second) Load<TStored>(int row, byte* from, byte* basis, Vector512<float> base0, Vector512<float> base1, Vector512<uint> place) where TStored : struct, IStoredFloats
    {
        var (x0, x1) = TStored.LoadSplit(from, basis, draws[row].Keep(place));
        var scale = Vector512.Create(scales[row]);
        return ((x0 - base0) * scale, (x1 - base1) * scale);
    }
}
