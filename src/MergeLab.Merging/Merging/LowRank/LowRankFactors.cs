namespace MergeLab.Merging.LowRank;

/// <summary>A task vector of one matrix as factors, Δ = scale·B·A, widened to float64.</summary>
/// <param name="A">Row after row: rank × columns.</param>
/// <param name="TransposedB">Bᵀ, row after row: rank × rows.</param>
/// <param name="Rank">r ≥ 1.</param>
/// <param name="Scale">What multiplies the product: alpha/r, alpha/√r or 1.</param>
public sealed record LowRankFactors(double[] A, double[] TransposedB, int Rank, double Scale);
