using MergeLab.Checkpoints.Adapters;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// The merged task vector of one matrix as one LoRA pair. A sum is exact: Σ c_i·s_i·B_i·A_i = [c_1s_1·B_1 … c_ns_n·B_n]·[A_1; …; A_n].
/// </summary>
/// <param name="A">R × inputs, row-major.</param>
/// <param name="B">outputs × R, row-major.</param>
/// <param name="Rank">R.</param>
public sealed record MergedFactors(float[] A, float[] B, int Rank)
{
    /// <param name="matrix">The adapted matrix.</param>
    /// <param name="coefficients">c, one a model.</param>
    /// <param name="peftScale">Whether a task vector includes PEFT's scale.</param>
    public static MergedFactors Of(AdaptedMatrix matrix, double[] coefficients, bool peftScale)
    {
        var rank = matrix.Parts.Sum(p => p?.Rank ?? 0);
        var outputs = (int)matrix.Sample.Outputs;
        var a = new float[rank * matrix.Sample.Inputs];
        var b = new float[(long)outputs * rank];
        var first = 0;
        for (var i = 0; i < matrix.Parts.Count; i++)
        {
            if (matrix.Parts[i] is not { } part) continue;
            part.ReadA().CopyTo(a, first * part.Inputs);
            var factor = coefficients[i] * (peftScale ? part.Scale : 1);
            var from = part.ReadB();
            for (var row = 0; row < outputs; row++)
                for (var k = 0; k < part.Rank; k++) b[row * rank + first + k] = (float)(factor * from[row * part.Rank + k]);
            first += part.Rank;
        }
        return new MergedFactors(a, b, rank);
    }

    /// <summary>As a change of a weight of the given layout.</summary>
    public LowRankUpdate Update(WeightLayout layout) => LowRankUpdate.Of(A, B, Rank, 1, layout);
}
