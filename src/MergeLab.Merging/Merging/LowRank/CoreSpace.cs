using MergeLab.Checkpoints.Adapters;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// Orthonormal bases of what the factors of n task vectors span on either side, and the task vectors in them: Δ_i = Left·M_i·Right
/// (Panariello et al., Accurate and Efficient Low-Rank Model Merging in Core Space, NeurIPS 2025, section 3). Whatever singular values a
/// combination of the Δ_i has, the same combination of the M_i has too, and nothing of the size of the weight is formed.
/// Tensors belong to the scope in which it was made.
/// </summary>
/// <param name="Left">rows × p, orthonormal columns; p = min(rows, Σ r_i).</param>
/// <param name="Right">q × columns, orthonormal rows; q = min(columns, Σ r_i).</param>
/// <param name="Cores">M_i, p × q, float64.</param>
sealed record CoreSpace(Tensor Left, Tensor Right, IReadOnlyList<Tensor> Cores)
{
    /// <param name="parts">The task vectors on one weight, at least one of them there; null for zero.</param>
    public static CoreSpace Of(IReadOnlyList<LowRankDelta?> parts)
    {
        var there = parts.OfType<LowRankDelta>().Select(LayoutFactors.Of).ToList();
        var (left, leftOf) = linalg.qr(cat(there.Select(f => f.Left), 1));
        var (right, rightOf) = linalg.qr(cat(there.Select(f => f.Right), 0).mT);
        var cores = new Tensor[parts.Count];
        for (var (i, first) = (0, 0L); i < parts.Count; first += parts[i]?.Module.Rank ?? 0, i++)
        {
            cores[i] = parts[i] is not { } part ? zeros([left.size(1), right.size(1)], ScalarType.Float64)
                : leftOf.narrow(1, first, part.Module.Rank).matmul(rightOf.narrow(1, first, part.Module.Rank).mT).mul_(part.Scale);
        }
        return new CoreSpace(left, right.mT, cores);
    }

    /// <summary>
    /// The same space in the bases of the singular vectors of the concatenated factors, as the authors choose them: what is done element by
    /// element in the core depends on the basis.
    /// </summary>
    /// <param name="parts">As of <see cref="Of(IReadOnlyList{LowRankDelta})"/>.</param>
    public static CoreSpace Principal(IReadOnlyList<LowRankDelta?> parts)
    {
        var there = parts.OfType<LowRankDelta>().Select(LayoutFactors.Of).ToList();
        var space = Of(parts);
        var turnLeft = linalg.svd(space.Left.mT.matmul(cat(there.Select(f => f.Left), 1)), fullMatrices: false).U;
        var turnRight = linalg.svd(cat(there.Select(f => f.Right), 0).matmul(space.Right.mT), fullMatrices: false).Vh;
        return new CoreSpace(space.Left.matmul(turnLeft), turnRight.matmul(space.Right), [.. space.Cores.Select(c => turnLeft.mT.matmul(c).matmul(turnRight.mT))]);
    }

    /// <summary>Left·M·Right for a merged core, as a pair of the smaller rank.</summary>
    public FactorPair Pair(Tensor core) =>
        core.size(0) <= core.size(1) ? new FactorPair(Left, core.matmul(Right)) : new FactorPair(Left.matmul(core), Right);
}

/// <summary>The factors of one part in the layout of the weight, float64: rows × r and r × columns.</summary>
readonly record struct LayoutFactors(Tensor Left, Tensor Right)
{
    public static LayoutFactors Of(LowRankDelta part)
    {
        var module = part.Module;
        var a = tensor(module.ReadA(), [module.Rank, module.Inputs]).@double();
        var b = tensor(module.ReadB(), [module.Outputs, module.Rank]).@double();
        return part.Layout == WeightLayout.Direct ? new LayoutFactors(b, a) : new LayoutFactors(a.mT, b.mT);
    }
}
