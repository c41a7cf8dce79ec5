namespace MergeLab.Merging.LowRank;

/// <summary>A merge by coefficients: Σ c_i·Δ_i, exact in factor space at rank Σ r_i.</summary>
public sealed class CoefficientMerge : IFactorMerge
{
    readonly IReadOnlyList<AdaptedMatrix> matrices;
    readonly double[][] coefficients;
    readonly bool peftScale;

    /// <param name="matrices">The adapted matrices.</param>
    /// <param name="groups">Their coefficients: each matrix in one group.</param>
    /// <param name="peftScale">Whether a task vector includes PEFT's scale.</param>
    public CoefficientMerge(IReadOnlyList<AdaptedMatrix> matrices, IReadOnlyList<MergeGroup> groups, bool peftScale)
        : this(matrices, Spread(matrices.Count, groups), peftScale)
    {
    }

    /// <param name="matrices">The adapted matrices.</param>
    /// <param name="coefficients">For each of them one coefficient a model.</param>
    /// <param name="peftScale">Whether a task vector includes PEFT's scale.</param>
    public CoefficientMerge(IReadOnlyList<AdaptedMatrix> matrices, double[][] coefficients, bool peftScale)
    {
        this.matrices = matrices;
        this.coefficients = coefficients;
        this.peftScale = peftScale;
    }

    public int RankOf(int matrix) => matrices[matrix].Parts.Sum(p => p?.Rank ?? 0);

    public MergedFactors Merge(int matrix) => MergedFactors.Of(matrices[matrix], coefficients[matrix], peftScale);

    static double[][] Spread(int count, IReadOnlyList<MergeGroup> groups)
    {
        var all = new double[count][];
        foreach (var group in groups)
            foreach (var m in group.Matrices) all[m] = group.Coefficients;
        return all;
    }
}
