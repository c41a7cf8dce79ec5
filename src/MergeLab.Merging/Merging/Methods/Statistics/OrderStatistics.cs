using System.Collections.Concurrent;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Statistics;

/// <summary>One element of a sorted sequence.</summary>
/// <param name="Value">The score.</param>
/// <param name="Above">How many are larger.</param>
/// <param name="Equal">How many are equal, itself counted.</param>
public readonly record struct OrderStatistic(double Value, long Above, long Equal);

/// <summary>
/// Exact order statistics of score sequences by radix selection: each pass counts the next 12 bits of those scores that agree with the wanted
/// one so far. Counts are whole numbers, so nothing depends on the order of work.
/// </summary>
public static class OrderStatistics
{
    const int DigitBits = 12;
    const int Digits = 1 << DigitBits;

    /// <param name="scores">The scores.</param>
    /// <param name="ranks">For each row the wanted places, counted from 0 at the largest score.</param>
    /// <param name="run">Threads and cancellation.</param>
    public static OrderStatistic[][] Find(ScoreSequences scores, long[][] ranks, MergeRun run)
    {
        var targets = ranks.Select(row => row.Select(rank => new Target { Rank = rank }).ToArray()).ToArray();
        // A float that was widened has nothing below bit 29, so three digits tell all.
        var end = scores.OfFloats ? 28 : 0;
        for (var shift = 64 - DigitBits; ; shift = Math.Max(end, shift - DigitBits))
        {
            Pass(scores, targets, shift, run);
            if (shift == end) break;
        }
        return [.. targets.Select(row => row.Select(t => new OrderStatistic(Score(t.Prefix, end), t.Above, t.Equal)).ToArray())];
    }

    const ulong Sign = 1UL << 63;

    /// <summary>A whole number in the order of the scores, negative ones included.</summary>
    static ulong Key(double score) => BitConverter.DoubleToUInt64Bits(score) is var bits && (bits & Sign) != 0 ? ~bits : bits | Sign;

    static double Score(ulong key, int unknown) => BitConverter.UInt64BitsToDouble(((key & Sign) != 0 ? key ^ Sign : ~key) >> unknown << unknown);

    static void Pass(ScoreSequences scores, Target[][] targets, int shift, MergeRun run)
    {
        var together = new Counter(targets, shift);
        var idle = new ConcurrentBag<Counter>();
        Workers.For(run, scores.Stretches, stretch =>
        {
            if (!idle.TryTake(out var own)) own = new Counter(targets, shift);
            scores.Visit((int)stretch, own);
            idle.Add(own);
        });
        foreach (var own in idle) together.Add(own);
        together.Descend();
    }

    sealed class Target
    {
        public long Rank;
        public ulong Prefix;
        public ulong Known;
        public long Above;
        public long Equal;
    }

    sealed class Counter(Target[][] targets, int shift) : IScoreVisitor
    {
        readonly long[][][] counts = [.. targets.Select(row => row.Select(_ => new long[Digits]).ToArray())];

        public void See(int row, long index, ReadOnlySpan<double> scores)
        {
            for (var t = 0; t < targets[row].Length; t++)
            {
                var (own, known, prefix) = (counts[row][t], targets[row][t].Known, targets[row][t].Prefix);
                foreach (var score in scores)
                {
                    var key = Key(score);
                    if ((key & known) == prefix) own[(int)(key >> shift) & (Digits - 1)]++;
                }
            }
        }

        public void Add(Counter other)
        {
            for (var row = 0; row < counts.Length; row++)
                for (var t = 0; t < counts[row].Length; t++)
                    for (var d = 0; d < Digits; d++) counts[row][t][d] += other.counts[row][t][d];
        }

        /// <summary>Follows each target into the digit that holds its rank.</summary>
        public void Descend()
        {
            for (var row = 0; row < counts.Length; row++)
                for (var t = 0; t < counts[row].Length; t++) Descend(targets[row][t], counts[row][t]);
        }

        void Descend(Target target, long[] own)
        {
            var digit = Digits - 1;
            while (digit > 0 && target.Above + own[digit] <= target.Rank) target.Above += own[digit--];
            target.Equal = own[digit];
            var bits = ((ulong)(Digits - 1)) << shift;
            target.Prefix |= (ulong)digit << shift;
            target.Known |= bits;
        }
    }
}
