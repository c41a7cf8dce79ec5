using System.Buffers;
using System.Numerics;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Statistics;

/// <summary>Computes one score ≥ 0 for each element of a block, into its output; the rows may be overwritten.</summary>
public delegate void BlockScores<T>(in Block<T> block) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>One score for each element of a tensor.</summary>
public sealed class TensorScores<T>(TensorMerge tensor, InputSpace space, BlockScores<T> score) : ScoreSequences where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override int Rows => 1;

    public override int Stretches => checked((int)((tensor.Output.Count + StretchElements - 1) / StretchElements));

    public override bool OfFloats => typeof(T) == typeof(float);

    public override void Visit(int stretch, IScoreVisitor visitor)
    {
        var (start, rows) = ((long)stretch * StretchElements, TensorBlocks.Rows(tensor, space).Count);
        var end = Math.Min(tensor.Output.Count, start + StretchElements);
        var buffer = ArrayPool<T>.Shared.Rent((rows + 2) * TensorBlocks.BlockElements);
        var scores = ArrayPool<double>.Shared.Rent(TensorBlocks.BlockElements);
        for (var first = start; first < end; first += TensorBlocks.BlockElements)
        {
            var length = (int)Math.Min(TensorBlocks.BlockElements, end - first);
            var (output, read) = (buffer.AsMemory(0, length), buffer.AsMemory(2 * length, rows * length));
            TensorBlocks.Read(tensor, space, first, read.Span, buffer.AsSpan(length, length));
            score(new Block<T>(first, output.Span, read.Span));
            for (var e = 0; e < length; e++) scores[e] = double.CreateTruncating(buffer[e]);
            visitor.See(0, first, scores.AsSpan(0, length));
        }
        ArrayPool<double>.Shared.Return(scores);
        ArrayPool<T>.Shared.Return(buffer);
    }

    /// <summary>The k elements of largest score, of equal ones the first.</summary>
    public MagnitudeCut<T> Largest(long keep, MergeRun run)
    {
        if (keep <= 0) return new MagnitudeCut<T>(T.PositiveInfinity, -1);
        var (value, above, equal) = OrderStatistics.Find(this, [[keep - 1]], run)[0][0];
        var ties = keep - above;
        return new MagnitudeCut<T>(T.CreateTruncating(value), ties == equal ? long.MaxValue : TieSearch.Find(this, 0, value, ties, run));
    }
}
