using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Kernels;

/// <summary><see cref="RangeScan"/> of one row straight from stored elements; the magnitudes inside come in no particular order.</summary>
/// <param name="row">Which.</param>
/// <param name="low">Least magnitude of the range.</param>
/// <param name="high">Greatest magnitude of the range, not below the least.</param>
/// <param name="inside">Receives the magnitudes inside; room for all, and <see cref="RangeScan.Slack"/> beyond.</param>
/// <param name="found">Receives how many are inside.</param>
/// <param name="above">Increased by the number above.</param>
readonly unsafe struct StoredScan(int row, float low, float high, float* inside, int* found, long* above) : IFusedLoop
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Run<TStored>(in StoredBlock block) where TStored : struct, IStoredFloats
    {
        var from = block.Inputs[row];
        var basis = block.Base;
        var bytes = (nint)block.Length * TStored.Size;
        var seen = Vector512<uint>.Zero;
        var over = Vector512<uint>.Zero;
        var (lows, highs) = (Vector512.Create(BitConverter.SingleToUInt32Bits(low)), Vector512.Create(BitConverter.SingleToUInt32Bits(high)));
        var widths = highs - lows;
        var to = (uint*)inside;
        for (nint at = 0; at < bytes; at += RowKernels.Lanes * TStored.Size)
        {
            FusedSum.Prefetch<TStored>(from + at);
            seen = TStored.Look(seen, from + at);
            var (x0, x1) = TStored.LoadSplit(from + at);
            if (basis != null)
            {
                var (base0, base1) = TStored.LoadSplit(basis + at);
                x0 -= base0;
                x1 -= base1;
            }
            var (magnitude0, magnitude1) = (Vector512.Abs(x0).AsUInt32(), Vector512.Abs(x1).AsUInt32());
            over = Vector512.ConditionalSelect(Vector512.GreaterThan(magnitude0, highs), over + Vector512<uint>.One, over);
            over = Vector512.ConditionalSelect(Vector512.GreaterThan(magnitude1, highs), over + Vector512<uint>.One, over);
            to += Put(magnitude0, lows, widths, to);
            to += Put(magnitude1, lows, widths, to);
        }
        *found = (int)(to - (uint*)inside);
        *above += Vector512.Sum(over);
        return TStored.Finite(seen);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Put(Vector512<uint> magnitudes, Vector512<uint> lows, Vector512<uint> widths, uint* to)
    {
        // One comparison for both ends: below the range a difference of bits wraps around to above it.
        var within = Vector512.LessThanOrEqual(magnitudes - lows, widths);
        var bits = within.ExtractMostSignificantBits();
        if (Avx512F.IsSupported)
        {
            // Few are inside as a rule, and stores that cross cache lines, as nearly all of whole vectors do, are what this loop would wait for.
            var first = Avx512F.Compress(Vector512<uint>.Zero, within, magnitudes);
            if (BitOperations.PopCount(bits) > 4) first.Store(to);
            else first.GetLower().GetLower().Store(to);
        }
        else
            for (var rest = bits; rest != 0; rest &= rest - 1) *to++ = magnitudes[BitOperations.TrailingZeroCount(rest)];
        return BitOperations.PopCount(bits);
    }
}
