namespace MergeLab.Merging.LowRank;

/// <summary>A way of merging LoRA adapters in factor space. One is made for each merge.</summary>
public interface ILowRankMethod
{
    /// <summary>Checks the settings. Reads no factors: what spans matrices is computed at the first <see cref="IFactorMerge.Merge"/>.</summary>
    /// <exception cref="Core.Errors.ProblemException">Settings or adapters that the method cannot merge.</exception>
    IFactorMerge Begin(LowRankRun run);
}

/// <summary>A merge whose result is one pair of factors a matrix, so that it is a LoRA adapter and a dense model alike.</summary>
public interface IFactorMerge
{
    /// <summary>Rank of the merged pair, from shapes alone.</summary>
    /// <param name="matrix">Index of the matrix.</param>
    int RankOf(int matrix);

    /// <summary>Coefficients by which the merge is carried out, for its record; none where it is more than a weighted sum.</summary>
    IReadOnlyList<MergeGroup> Groups => [];

    /// <summary>The merged task vector of one matrix; the same numbers each time and for any number of threads.</summary>
    /// <param name="matrix">Index of the matrix.</param>
    MergedFactors Merge(int matrix);
}
