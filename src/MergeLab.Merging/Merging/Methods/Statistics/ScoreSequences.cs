using System.Numerics;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Statistics;

/// <summary>Takes scores as they are computed. One is made for each worker.</summary>
public interface IScoreVisitor
{
    /// <param name="row">Which sequence.</param>
    /// <param name="index">Place of the first score in the sequence.</param>
    /// <param name="scores">Finite numbers.</param>
    void See(int row, long index, ReadOnlySpan<double> scores);
}

/// <summary>Computes something of each element of a block, such as scores into its output; the rows may be overwritten.</summary>
public delegate void BlockScores<T>(in Block<T> block) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>
/// Long sequences of scores that are computed anew whenever they are asked for, so that none is held: exact order statistics in bounded
/// memory, in a few passes over the inputs.
/// </summary>
public abstract class ScoreSequences
{
    /// <summary>Elements of a stretch, the unit of parallel work.</summary>
    protected const int StretchElements = 1 << 18;

    /// <summary>Number of sequences.</summary>
    public abstract int Rows { get; }

    /// <summary>Pieces that can be computed independently.</summary>
    public abstract int Stretches { get; }

    /// <summary>Whether every score is a float widened to double.</summary>
    public abstract bool OfFloats { get; }

    /// <summary>Computes the scores of one stretch.</summary>
    public abstract void Visit(int stretch, IScoreVisitor visitor);

    /// <summary>Where the stretches of a tensor begin.</summary>
    protected static IEnumerable<long> Starts(long count)
    {
        for (var first = 0L; first < count; first += StretchElements) yield return first;
    }

    /// <summary>Reads one stretch of a tensor block by block.</summary>
    protected static unsafe void ForBlocks<T>(TensorMerge tensor, InputSpace space, long first, BlockScores<T> act) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var reader = new RowReader<T>(tensor, space);
        var end = Math.Min(tensor.Output.Count, first + StretchElements);
        var scratch = reader.TakeScratch();
        for (var at = first; at < end; at += reader.BlockElements)
        {
            var length = (int)Math.Min(reader.BlockElements, end - at);
            reader.Read(at, length, scratch + length, scratch + 2 * length);
            act(new Block<T>(at, new Span<T>(scratch, length), new Span<T>(scratch + 2 * length, reader.Count * length)));
        }
    }

    /// <summary>Shows some scores.</summary>
    protected static void See<T>(int row, long index, ReadOnlySpan<T> values, IScoreVisitor visitor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> scores = stackalloc double[512];
        for (var done = 0; done < values.Length; done += scores.Length)
        {
            var part = values[done..Math.Min(values.Length, done + scores.Length)];
            for (var e = 0; e < part.Length; e++) scores[e] = double.CreateTruncating(part[e]);
            visitor.See(row, index + done, scores[..part.Length]);
        }
    }
}
