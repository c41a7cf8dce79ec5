using MergeLab.Merging.Kernels;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// Gram matrix of low-rank task vectors from their factors: ⟨s_i·B_i·A_i, s_j·B_j·A_j⟩ = s_i·s_j·Σ (B_iᵀB_j ∘ A_iA_jᵀ).
/// Nothing of the size of a weight matrix is formed.
/// </summary>
public static class LowRankGram
{
    /// <param name="vectors">n task vectors of one matrix; null stands for zero (a model that leaves this matrix alone).</param>
    /// <param name="rows">Rows of the matrix (outputs of the layer).</param>
    /// <param name="columns">Columns of the matrix (inputs of the layer).</param>
    /// <param name="threads">Worker threads; the result does not depend on them.</param>
    /// <returns>n×n, float64, not centred.</returns>
    public static double[,] Of(IReadOnlyList<LowRankFactors?> vectors, int rows, int columns, int threads)
    {
        var total = vectors.Sum(v => v?.Rank ?? 0);
        var outputs = RowProducts.OfAllPairs(Stack(vectors, v => v.TransposedB, total * rows), total, rows, threads);
        var inputs = RowProducts.OfAllPairs(Stack(vectors, v => v.A, total * columns), total, columns, threads);

        var gram = new double[vectors.Count, vectors.Count];
        for (var (i, top) = (0, 0); i < vectors.Count; top += vectors[i]?.Rank ?? 0, i++)
        {
            if (vectors[i] is not { } left) continue;
            for (var (j, first) = (0, 0); j <= i; first += vectors[j]?.Rank ?? 0, j++)
            {
                if (vectors[j] is not { } right) continue;
                var sum = 0.0;
                for (var p = top; p < top + left.Rank; p++)
                    for (var q = first; q < first + right.Rank; q++) sum += outputs[p * total + q] * inputs[p * total + q];
                gram[i, j] = gram[j, i] = left.Scale * right.Scale * sum;
            }
        }
        return gram;
    }

    static double[] Stack(IReadOnlyList<LowRankFactors?> vectors, Func<LowRankFactors, double[]> part, int length)
    {
        var stacked = new double[length];
        var at = 0;
        foreach (var vector in vectors)
        {
            if (vector is null) continue;
            part(vector).CopyTo(stacked, at);
            at += part(vector).Length;
        }
        return stacked;
    }
}
