using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MergeLab.Merging.Kernels;

/// <summary>Parts a row by magnitude: how many lie above a range, and which inside.</summary>
static unsafe class RangeScan
{
    /// <summary>Room that the inside must have beyond the row's length.</summary>
    public const int Slack = 16;

    /// <param name="row">The values.</param>
    /// <param name="count">How many.</param>
    /// <param name="low">Least magnitude of the range.</param>
    /// <param name="high">Greatest magnitude of the range.</param>
    /// <param name="inside">Receives the magnitudes inside, in order.</param>
    /// <param name="above">Increased by the number above.</param>
    /// <returns>How many are inside.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Run<T>(T* row, int count, T low, T high, T* inside, ref long above) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var start = inside;
        var i = 0;
        var over = 0L;
        if (typeof(T) == typeof(float) && Avx512F.IsSupported && low <= high)
        {
            // One comparison for both ends: below the range a difference of bits wraps around to above it.
            var (lows, highs) = (Vector512.Create((uint)RadixSelection.Bits(low)), Vector512.Create((uint)RadixSelection.Bits(high)));
            var widths = highs - lows;
            for (; i <= count - Vector512<uint>.Count; i += Vector512<uint>.Count)
            {
                var magnitude = Vector512.Load((uint*)row + i) & Vector512.Create(0x7FFFFFFFu);
                var within = Vector512.LessThanOrEqual(magnitude - lows, widths);
                over += BitOperations.PopCount(Vector512.GreaterThan(magnitude.AsInt32(), highs.AsInt32()).ExtractMostSignificantBits());
                Avx512F.Compress(Vector512<uint>.Zero, within, magnitude).Store((uint*)inside);
                inside += BitOperations.PopCount(within.ExtractMostSignificantBits());
            }
        }
        else
        {
            var (lows, highs) = (Vector512.Create(low), Vector512.Create(high));
            for (; i <= count - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                var magnitude = Vector512.Abs(Vector512.Load(row + i));
                over += BitOperations.PopCount(Vector512.GreaterThan(magnitude, highs).ExtractMostSignificantBits());
                var within = (Vector512.GreaterThanOrEqual(magnitude, lows) & Vector512.LessThanOrEqual(magnitude, highs)).ExtractMostSignificantBits();
                for (; within != 0; within &= within - 1) *inside++ = T.Abs(row[i + BitOperations.TrailingZeroCount(within)]);
            }
        }
        above += over;
        for (; i < count; i++)
        {
            var magnitude = T.Abs(row[i]);
            if (magnitude > high) above++;
            else if (magnitude >= low) *inside++ = magnitude;
        }
        return (int)(inside - start);
    }
}
