namespace MergeLab.Merging.LowRank;

/// <summary>A merge that computes each pair of factors in float64 with libtorch.</summary>
abstract class FactorMerge(LowRankRun run) : IFactorMerge
{
    protected LowRankRun Run { get; } = run;

    /// <summary>Σ r_i, or the smaller side of the weight where that is less: no merge of the task vectors alone needs more.</summary>
    public virtual int RankOf(int matrix)
    {
        var merge = Run.Matrices[matrix].Matrix;
        return (int)Math.Min(merge.Parts.Sum(p => (long)(p?.Rank ?? 0)), Math.Min(merge.Sample.Outputs, merge.Sample.Inputs));
    }

    public MergedFactors Merge(int matrix)
    {
        Run.Cancellation.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        return Pair(matrix).ToModule(Run.Matrices[matrix].Matrix.Layout, RankOf(matrix));
    }

    /// <summary>The merged task vector in float64, in the caller's scope.</summary>
    public abstract FactorPair Pair(int matrix);
}
