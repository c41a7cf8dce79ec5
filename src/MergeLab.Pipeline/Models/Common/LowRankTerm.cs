namespace MergeLab.Models.Common;

/// <summary>ΔW = Scale·B·A beside a linear layer's weight, never multiplied out (Hu et al. 2021).</summary>
/// <param name="A">[rank, inputs] float32</param>
/// <param name="B">[outputs, rank] float32</param>
/// <param name="Scale">alpha/rank, or alpha/√rank.</param>
public sealed record LowRankTerm(Tensor A, Tensor B, double Scale);
