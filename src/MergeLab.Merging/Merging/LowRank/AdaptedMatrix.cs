using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;

namespace MergeLab.Merging.LowRank;

/// <summary>A weight matrix of the base that at least one of n adapters changes.</summary>
/// <param name="Tensor">Its name in the base checkpoint.</param>
/// <param name="Layout">How it lies against B·A.</param>
/// <param name="Parts">For each adapter its pair of factors; null where it leaves the matrix alone: its task vector is zero there.</param>
public sealed record AdaptedMatrix(TensorSpec Tensor, WeightLayout Layout, IReadOnlyList<LoraModule?> Parts)
{
    /// <summary>Any of the parts, for what they share: path and shape.</summary>
    public LoraModule Sample { get; } = Parts.First(p => p is not null)!;

    /// <summary>The module's path without its last part: q and v of one attention share it.</summary>
    public string Parent => Sample.Path.LastIndexOf('.') is > 0 and var dot ? Sample.Path[..dot] : "";

    /// <summary>The task vectors' factors, widened to float64.</summary>
    /// <param name="scales">What multiplies each product.</param>
    public IReadOnlyList<LowRankFactors?> Factors(IReadOnlyList<double> scales) =>
        [.. Parts.Select((part, i) => part is null ? null : new LowRankFactors(Widen(part.ReadA()), Transpose(part.ReadB(), part.Rank), part.Rank, scales[i]))];

    static double[] Widen(float[] values)
    {
        var wide = new double[values.Length];
        for (var e = 0; e < wide.Length; e++) wide[e] = values[e];
        return wide;
    }

    static double[] Transpose(float[] b, int rank)
    {
        var rows = b.Length / rank;
        var transposed = new double[b.Length];
        for (var row = 0; row < rows; row++)
            for (var k = 0; k < rank; k++) transposed[k * rows + row] = b[row * rank + k];
        return transposed;
    }
}
