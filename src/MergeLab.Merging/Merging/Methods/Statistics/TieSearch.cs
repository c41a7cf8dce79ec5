using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Statistics;

/// <summary>Where in a sequence the n-th score of a given value stands: the last tie that is kept.</summary>
public static class TieSearch
{
    /// <param name="scores">The scores.</param>
    /// <param name="row">Which sequence.</param>
    /// <param name="value">The score.</param>
    /// <param name="count">Which of those that equal it, from 1.</param>
    /// <param name="run">Threads and cancellation.</param>
    /// <returns>Place in the sequence; -1 for none.</returns>
    public static long Find(ScoreSequences scores, int row, double value, long count, MergeRun run)
    {
        if (count <= 0) return -1;
        var found = new long[scores.Stretches];
        Workers.For(run, scores.Stretches, stretch =>
        {
            var visitor = new Visitor(row, value, long.MaxValue);
            scores.Visit((int)stretch, visitor);
            found[stretch] = visitor.Found;
        });
        for (var stretch = 0; stretch < found.Length; stretch++)
        {
            if (count > found[stretch])
            {
                count -= found[stretch];
                continue;
            }
            var visitor = new Visitor(row, value, count);
            scores.Visit(stretch, visitor);
            return visitor.Index;
        }
        return -1;
    }

    sealed class Visitor(int wanted, double value, long count) : IScoreVisitor
    {
        public long Found { get; private set; }

        public long Index { get; private set; } = -1;

        public void See(int row, long index, ReadOnlySpan<double> scores)
        {
            if (row != wanted) return;
            for (var i = 0; i < scores.Length; i++)
                if (scores[i] == value && ++Found == count) Index = index + i;
        }
    }
}
