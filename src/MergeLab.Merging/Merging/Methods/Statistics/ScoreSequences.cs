namespace MergeLab.Merging.Methods.Statistics;

/// <summary>Takes scores as they are computed. One is made for each worker.</summary>
public interface IScoreVisitor
{
    /// <param name="row">Which sequence.</param>
    /// <param name="index">Place of the first score in the sequence.</param>
    /// <param name="scores">Numbers ≥ 0.</param>
    void See(int row, long index, ReadOnlySpan<double> scores);
}

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
}
