using MergeLab.Checkpoints.Adapters;

namespace MergeLab.Merging.LowRank;

/// <summary>A low-rank matrix in float64 in the layout of its weight: Left·Right, rows × k and k × columns.</summary>
readonly record struct FactorPair(Tensor Left, Tensor Right)
{
    /// <summary>A pair found for B·A, in the layout of the weight.</summary>
    public FactorPair In(WeightLayout layout) => layout == WeightLayout.Direct ? this : new FactorPair(Right.mT, Left.mT);

    /// <summary>As A and B of a module, rounded to float; filled up with zeros to the rank that was announced.</summary>
    /// <param name="layout">How the weight lies against B·A.</param>
    /// <param name="rank">At least k.</param>
    public MergedFactors ToModule(WeightLayout layout, int rank)
    {
        var (b, a) = layout == WeightLayout.Direct ? (Left, Right) : (Right.mT, Left.mT);
        var own = (int)a.size(0);
        if (own > rank) throw new ArgumentOutOfRangeException(nameof(rank), rank, $"the pair has rank {own}");
        var columns = (int)a.size(1);
        var wideA = a.contiguous().data<double>().AsSpan();
        var wideB = b.contiguous().data<double>().AsSpan();
        var outputs = (int)b.size(0);
        var (narrowA, narrowB) = (new float[(long)rank * columns], new float[(long)outputs * rank]);
        for (var e = 0; e < wideA.Length; e++) narrowA[e] = (float)wideA[e];
        for (var row = 0; row < outputs; row++)
            for (var k = 0; k < own; k++) narrowB[row * rank + k] = (float)wideB[row * own + k];
        return new MergedFactors(narrowA, narrowB, rank);
    }
}
