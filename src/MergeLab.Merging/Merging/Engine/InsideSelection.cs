using System.Numerics;
using MergeLab.Merging.Kernels;

namespace MergeLab.Merging.Engine;

/// <summary>The first step of a selection among the stored magnitudes of a range: equal parts of the range are counted, and the part with the answer is taken out.</summary>
static class InsideSelection
{
    const int Bins = 1 << 12;

    /// <param name="chunks">Magnitudes strictly inside of the row's range.</param>
    /// <param name="row">The range.</param>
    /// <param name="k">Which largest is looked for, from 1.</param>
    /// <returns>The magnitudes of the part, and how many lie above it.</returns>
    public static (T[] Part, long Above) Bin<T>(IEnumerable<T[]> chunks, SelectionRow<T> row, long k) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var low = RadixSelection.Bits(row.Low);
        var shift = Math.Max(0, 64 - BitOperations.LeadingZeroCount(RadixSelection.Bits(row.High) - low) - BitOperations.Log2(Bins));
        var counts = new long[Bins];
        foreach (var chunk in chunks)
            foreach (var value in chunk) counts[(RadixSelection.Bits(value) - low) >> shift]++;
        var bin = Bins - 1;
        var above = 0L;
        for (; k > above + counts[bin]; bin--) above += counts[bin];
        var part = new T[counts[bin]];
        var at = 0;
        foreach (var chunk in chunks)
            foreach (var value in chunk)
                if ((RadixSelection.Bits(value) - low) >> shift == (ulong)bin) part[at++] = value;
        return (part, above);
    }
}
