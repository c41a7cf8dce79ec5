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
        var (lows, highs) = (Vector512.Create(low), Vector512.Create(high));
        var i = 0;
        for (; i <= count - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            var magnitude = Vector512.Abs(Vector512.Load(row + i));
            var over = Vector512.GreaterThan(magnitude, highs);
            var within = Vector512.AndNot(Vector512.GreaterThanOrEqual(magnitude, lows), over);
            above += BitOperations.PopCount(over.ExtractMostSignificantBits());
            var bits = within.ExtractMostSignificantBits();
            if (typeof(T) == typeof(float) && Avx512F.IsSupported)
            {
                Avx512F.Compress(Vector512<float>.Zero, within.AsSingle(), magnitude.AsSingle()).Store((float*)inside);
                inside += BitOperations.PopCount(bits);
            }
            else if (typeof(T) == typeof(double) && Avx512F.IsSupported)
            {
                Avx512F.Compress(Vector512<double>.Zero, within.AsDouble(), magnitude.AsDouble()).Store((double*)inside);
                inside += BitOperations.PopCount(bits);
            }
            else
            {
                for (; bits != 0; bits &= bits - 1) *inside++ = T.Abs(row[i + BitOperations.TrailingZeroCount(bits)]);
            }
        }
        for (; i < count; i++)
        {
            var magnitude = T.Abs(row[i]);
            if (magnitude > high) above++;
            else if (magnitude >= low) *inside++ = magnitude;
        }
        return (int)(inside - start);
    }
}
