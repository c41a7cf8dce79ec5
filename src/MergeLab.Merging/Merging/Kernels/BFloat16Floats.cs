using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MergeLab.Merging.Kernels;

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
    public static (Vector512<float> First, Vector512<float> Second) LoadSplit(byte* from) => Split(Vector512.Load((uint*)from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> First, Vector512<float> Second) LoadSplit(byte* from, byte* basis, Vector512<ushort> keep) =>
        Split(Vector512.ConditionalSelect(keep, Vector512.Load((ushort*)from), Vector512.Load((ushort*)basis)).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector512<float> First, Vector512<float> Second) Split(Vector512<uint> pairs) => ((pairs << 16).AsSingle(), (pairs & Vector512.Create(0xFFFF0000u)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSplit(byte* to, Vector512<float> first, Vector512<float> second) =>
        Vector512.ConditionalSelect(Vector512.Create(0xFFFF0000u), Round(second), Round(first) >> 16).Store((uint*)to);

    /// <summary>In the upper half; the lower half is left over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<uint> Round(Vector512<float> x)
    {
        var bits = x.AsUInt32();
        var rounded = bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One);
        return Vector512.ConditionalSelect(Vector512.Equals(x, x).AsUInt32(), rounded, bits | Vector512.Create(0x00400000u));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Look(Vector512<uint> seen, byte* from) =>
        Vector512.Max(seen.AsUInt16(), Vector512.Load((ushort*)from) & Vector512.Create((ushort)0x7FFF)).AsUInt32();

    public static bool Finite(Vector512<uint> seen) => Vector512.LessThanAll(seen.AsUInt16(), Vector512.Create((ushort)0x7F80));
}
