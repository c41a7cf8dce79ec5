using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Merging.Planning;

/// <summary>A tensor in the type that a recipe computes in: each value is rounded to it as it is read.</summary>
sealed class CastReader(TensorReader stored, DType type) : TensorReader
{
    public override TensorSpec Tensor { get; } = new(stored.Tensor.Name, type, stored.Tensor.Shape);

    public override void Read(long first, Span<float> to)
    {
        stored.Read(first, to);
        Elements.Round(type, to);
    }

    /// <summary>Whether values of the first type are values of the second, so that nothing needs rounding.</summary>
    public static bool Holds(DType stored, DType type) => stored == type || type == DType.F64 || (type == DType.F32 && stored is DType.F16 or DType.BF16);
}
