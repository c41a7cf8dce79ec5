namespace MergeLab.Merging.LowRank;

/// <summary>A merge by coefficients: Σ c_i·Δ_i, exact in factor space at rank Σ r_i.</summary>
public sealed class CoefficientMerge : IFactorMerge
{
    readonly IReadOnlyList<AdaptedMatrix> matrices;
    readonly Lazy<IReadOnlyList<MergeGroup>> groups;
    readonly Lazy<double[][]> coefficients;
    readonly bool peftScale;

    /// <param name="matrices">The adapted matrices.</param>
    /// <param name="groups">Finds their coefficients, each matrix in one group; asked once, when they are needed.</param>
    /// <param name="peftScale">Whether a task vector includes PEFT's scale.</param>
    public CoefficientMerge(IReadOnlyList<AdaptedMatrix> matrices, Func<IReadOnlyList<MergeGroup>> groups, bool peftScale)
    {
        this.matrices = matrices;
        this.groups = new Lazy<IReadOnlyList<MergeGroup>>(groups);
        this.peftScale = peftScale;
        coefficients = new Lazy<double[][]>(Spread);
    }

    /// <param name="matrices">The adapted matrices.</param>
    /// <param name="groups">Their coefficients: each matrix in one group.</param>
    /// <param name="peftScale">Whether a task vector includes PEFT's scale.</param>
    public CoefficientMerge(IReadOnlyList<AdaptedMatrix> matrices, IReadOnlyList<MergeGroup> groups, bool peftScale)
        : this(matrices, () => groups, peftScale)
    {
    }

    public IReadOnlyList<MergeGroup> Groups => groups.Value;

    public int RankOf(int matrix) => matrices[matrix].Parts.Sum(p => p?.Rank ?? 0);

    public MergedFactors Merge(int matrix) => MergedFactors.Of(matrices[matrix], coefficients.Value[matrix], peftScale);

    double[][] Spread()
    {
        var all = new double[matrices.Count][];
        foreach (var group in groups.Value)
            foreach (var m in group.Matrices) all[m] = group.Coefficients;
        return all;
    }
}
