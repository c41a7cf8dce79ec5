using MergeLab.Merging.Median;

namespace MergeLab.Merging.LowRank;

/// <summary>Matrices that share one set of coefficients: the merged task vector of each is Σ c_i·Δ_i.</summary>
/// <param name="Name">The matrix, the module, or "model".</param>
/// <param name="Matrices">Indices of its matrices.</param>
/// <param name="Coefficients">c, one a model, summing to 1.</param>
/// <param name="Median">How the median was found; null where coefficients were not searched for.</param>
public sealed record MergeGroup(string Name, IReadOnlyList<int> Matrices, double[] Coefficients, MedianSolution? Median);
