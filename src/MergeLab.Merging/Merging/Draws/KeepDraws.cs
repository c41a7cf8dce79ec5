using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MergeLab.Merging.Draws;

/// <summary>
/// Which elements of a segment of a tensor stay: those whose 32-bit draw lies below a threshold. Sixteen bits of a draw decide; the others are made only
/// where these equal the threshold's, so that the share is kept to 2^-32 at the price of sixteen bits.
/// </summary>
readonly struct KeepDraws
{
    readonly DrawKey upper;
    readonly DrawKey lower;
    readonly ushort limit;
    readonly ushort lastBelow;
    readonly bool splits;

    KeepDraws(DrawKey upper, DrawKey lower, ulong threshold)
    {
        (this.upper, this.lower) = (upper, lower);
        limit = (ushort)Math.Min(threshold >> 16, ushort.MaxValue);
        var rest = threshold - ((ulong)limit << 16);
        splits = rest != 0;
        lastBelow = (ushort)(rest - 1);
    }

    /// <summary>Everything stays.</summary>
    public static KeepDraws All { get; } = new(default, default, 1ul << 32);

    /// <summary>Nothing stays.</summary>
    public static KeepDraws None { get; } = new(default, default, 0);

    public static KeepDraws Of(CounterRandom random, long place, uint threshold)
    {
        var (upper, lower) = random.Keys(place >> CounterRandom.SegmentBits);
        return new KeepDraws(upper, lower, threshold);
    }

    /// <summary>The threshold of a share below 1.</summary>
    public static uint Threshold(double share) => (uint)Math.Clamp(Math.Round(share * (1L << 32)), 0, uint.MaxValue);

    /// <summary>What <see cref="Keep"/> takes for 32 elements from one on, which must be even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Counters(long first) => DrawKey.Counters((uint)(first >> 1));

    /// <summary>For each of 32 elements all bits set or none, in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<ushort> Keep(Vector512<uint> counters)
    {
        var draws = upper.Mix(counters).AsUInt16();
        var kept = Vector512.LessThan(draws, Vector512.Create(limit));
        if (!splits) return kept;
        var even = Vector512.Equals(draws, Vector512.Create(limit));
        return even == Vector512<ushort>.Zero ? kept : kept | (even & Vector512.LessThanOrEqual(lower.Mix(counters).AsUInt16(), Vector512.Create(lastBelow)));
    }
}
