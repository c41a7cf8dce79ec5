using System.Collections.Concurrent;
using System.Numerics;
using MergeLab.Merging.Kernels;

namespace MergeLab.Merging.Engine;

/// <summary>Narrows ranges by counting the leading digits of what lies inside: a pass leaves one part of several thousand, whatever the data.</summary>
static unsafe class DigitCounts
{
    const int Bins = 1 << 12;

    public static void Narrow<T>(SelectionData<T> data, SelectionRow<T>[] rows, List<int> open, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lows = open.Select(r => RadixSelection.Bits(rows[r].Low)).ToArray();
        var shifts = open.Select((r, o) => Shift(RadixSelection.Bits(rows[r].High) - lows[o])).ToArray();
        // Counts of one worker each; sums of integers do not depend on who counted.
        var counts = new ConcurrentBag<long[]>();
        Workers.For(run, data.Chunks.Count, c =>
        {
            var mine = counts.TryTake(out var used) ? used : new long[open.Count * (Bins + 1)];
            var within = new T[TensorBlocks.BlockElements + RangeScan.Slack];
            data.ForBlocks(data.Chunks[(int)c], open.Count == 1 ? open[0] : null, (first, count, block) =>
            {
                for (var o = 0; o < open.Count; o++)
                    fixed (T* inside = within)
                    {
                        var own = mine.AsSpan(o * (Bins + 1), Bins + 1);
                        var n = RangeScan.Run(block + open[o] * count, count, rows[open[o]].Low, rows[open[o]].High, inside, ref own[Bins]);
                        for (var e = 0; e < n; e++) own[(int)((RadixSelection.Bits(inside[e]) - lows[o]) >> shifts[o])]++;
                    }
            });
            counts.Add(mine);
        });
        for (var o = 0; o < open.Count; o++)
        {
            var total = new long[Bins + 1];
            foreach (var part in counts)
                for (var b = 0; b <= Bins; b++) total[b] += part[o * (Bins + 1) + b];
            Choose(rows[open[o]], total, lows[o], shifts[o]);
        }
    }

    static void Choose<T>(SelectionRow<T> row, long[] counts, ulong low, int shift) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var above = counts[Bins];
        if (!row.Holds(above, counts.AsSpan(0, Bins).ToArray().Sum())) return;
        var bin = Bins - 1;
        for (; row.Keep > above + counts[bin]; bin--) above += counts[bin];
        var from = low + ((ulong)bin << shift);
        var to = Math.Min(from + ((1ul << shift) - 1), RadixSelection.Bits(row.High));
        // What lies on the ends of a range is only counted: a range of two magnitudes or one needs no memory.
        row.Look(RadixSelection.Magnitude<T>(from), RadixSelection.Magnitude<T>(to), to - from <= 1 ? 0 : counts[bin]);
    }

    /// <summary>So that a range of that width has at most as many parts as there are bins.</summary>
    static int Shift(ulong width) => Math.Max(0, 64 - BitOperations.LeadingZeroCount(width) - BitOperations.Log2(Bins));
}
