using MergeLab.Core.Errors;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// Methods whose merged task vector is Σ c_i·Δ_i with coefficients that the recipe alone decides: average, task arithmetic, linear.
/// The result is exact as one adapter, unlike a weighted sum of the factors themselves.
/// </summary>
/// <param name="coefficients">c of one matrix, one a model.</param>
public sealed class WeightedSum(Func<MatrixMerge, double[]> coefficients) : ILowRankMethod
{
    public IFactorMerge Begin(LowRankRun run) =>
        new CoefficientMerge([.. run.Matrices.Select(m => m.Matrix)], (MergeGroup[])[.. run.Matrices.Select((m, i) => new MergeGroup(m.Matrix.Tensor.Name, [i], coefficients(m), null))], run.PeftScale);

    /// <summary>c_i = 1/n.</summary>
    public static WeightedSum Average() => new(m => [.. m.Models.Select(_ => 1.0 / m.Models.Count)]);

    /// <summary>c_i = λ·w_i, over Σ w where <c>normalize</c> says so (Ilharco et al. 2023).</summary>
    public static WeightedSum TaskArithmetic() => new(m =>
    {
        var weights = Weights(m);
        var divisor = m.Settings.Has("normalize") && m.Settings.Flag("normalize") ? Sum(m, weights) : 1;
        var lambda = m.Settings.NumberOrNull("lambda") ?? 1;
        return [.. weights.Select(w => lambda * w / divisor)];
    });

    /// <summary>
    /// c_i = w_i/Σ w: a weighted average of models is the base with that sum of task vectors. Unnormalised weights that do not add up to
    /// one would scale the base itself, which no adapter can.
    /// </summary>
    public static WeightedSum Linear() => new(m =>
    {
        var weights = Weights(m);
        if (m.Settings.Flag("normalize"))
        {
            var sum = Sum(m, weights);
            return [.. weights.Select(w => w / sum)];
        }
        if (Math.Abs(weights.Sum() - 1) > 1e-9)
            throw new ProblemException("the weighted sum of models is not the base with an adapter", new Place(m.Matrix.Sample.A.File, Tensor: m.Matrix.Tensor.Name),
                "the weights do not add up to 1, so the base itself would be scaled", "set normalize: true, use task_arithmetic, or write a dense model");
        return weights;
    });

    static double[] Weights(MatrixMerge merge) => [.. merge.Models.Select(m => m.NumberOrNull("weight") ?? 1)];

    static double Sum(MatrixMerge merge, double[] weights) => weights.Sum() is not 0 and var sum ? sum
        : throw new ProblemException("the weights add up to zero", new Place(merge.Matrix.Sample.A.File, Tensor: merge.Matrix.Tensor.Name), "nothing can be divided by their sum", "change a weight, or set normalize: false");
}
