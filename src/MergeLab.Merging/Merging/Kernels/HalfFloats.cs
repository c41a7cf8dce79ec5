using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MergeLab.Merging.Kernels;

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
    public static (Vector512<float> First, Vector512<float> Second) LoadSplit(byte* from) => Split(Vector512.Load((uint*)from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> First, Vector512<float> Second) LoadSplit(byte* from, byte* basis, Vector512<ushort> keep) =>
        Split(Vector512.ConditionalSelect(keep, Vector512.Load((ushort*)from), Vector512.Load((ushort*)basis)).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector512<float> First, Vector512<float> Second) Split(Vector512<uint> pairs) => (Widen(pairs & Vector512.Create(0xFFFFu)), Widen(pairs >> 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSplit(byte* to, Vector512<float> first, Vector512<float> second) => (Round(first) | (Round(second) << 16)).Store((uint*)to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Look(Vector512<uint> seen, byte* from) =>
        Vector512.Max(seen.AsUInt16(), Vector512.Load((ushort*)from) & Vector512.Create((ushort)0x7FFF)).AsUInt32();

    public static bool Finite(Vector512<uint> seen) => Vector512.LessThanAll(seen.AsUInt16(), Vector512.Create((ushort)0x7C00));

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
