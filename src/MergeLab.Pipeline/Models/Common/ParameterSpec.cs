namespace MergeLab.Models.Common;

/// <summary>One parameter of an architecture.</summary>
/// <param name="Name">Its tensor's name in checkpoints.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Mean">Of the values a new model starts with.</param>
/// <param name="Deviation">Their standard deviation; 0 for a constant.</param>
public sealed record ParameterSpec(string Name, IReadOnlyList<long> Shape, double Mean, double Deviation)
{
    public long Count { get; } = Shape.Aggregate(1L, (p, d) => checked(p * d));
}
