using System.Numerics;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Statistics;

/// <summary>One score for each element of a tensor.</summary>
/// <param name="tensor">The tensor.</param>
/// <param name="space">What the rows hold.</param>
/// <param name="score">Computes the scores of a block into its output.</param>
public sealed class TensorScores<T>(TensorMerge tensor, InputSpace space, BlockScores<T> score) : ScoreSequences where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override int Rows => 1;

    public override int Stretches => checked((int)((tensor.Output.Count + StretchElements - 1) / StretchElements));

    public override bool OfFloats => typeof(T) == typeof(float);

    public override void Visit(int stretch, IScoreVisitor visitor) => ForBlocks(tensor, space, (long)stretch * StretchElements, (in Block<T> block) =>
    {
        score(block);
        See<T>(0, block.First, block.Output, visitor);
    });

    /// <summary>The k elements of largest score, of equal ones the first.</summary>
    public MagnitudeCut<T> Largest(long keep, MergeRun run)
    {
        if (keep <= 0) return new MagnitudeCut<T>(T.PositiveInfinity, -1);
        var (value, above, equal) = OrderStatistics.Find(this, [[keep - 1]], run)[0][0];
        var ties = keep - above;
        return new MagnitudeCut<T>(T.CreateTruncating(value), ties == equal ? long.MaxValue : TieSearch.Find(this, 0, value, ties, run));
    }
}
