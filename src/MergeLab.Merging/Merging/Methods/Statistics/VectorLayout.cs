using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Statistics;

/// <summary>What counts as one vector of a tensor.</summary>
public enum VectorKind
{
    /// <summary>The whole tensor.</summary>
    Whole,

    /// <summary>Each stretch along the last dimension.</summary>
    LastDimension,

    /// <summary>Each stretch along the first dimension.</summary>
    FirstDimension,
}

/// <summary>How a tensor falls into vectors: <paramref name="Vectors"/> of them, element e of vector v at v·Spread + e·Step.</summary>
/// <param name="Kind">Along which dimension.</param>
/// <param name="Vectors">How many.</param>
/// <param name="Length">Elements of each.</param>
public readonly record struct VectorLayout(VectorKind Kind, long Vectors, long Length)
{
    /// <summary>Tensors of one dimension are one vector.</summary>
    public static VectorLayout Of(TensorMerge tensor, VectorKind kind)
    {
        var (count, shape) = (tensor.Output.Count, tensor.Output.Shape);
        if (kind == VectorKind.Whole || shape.Count < 2) return new VectorLayout(VectorKind.Whole, 1, count);
        var length = kind == VectorKind.LastDimension ? shape[^1] : shape[0];
        return new VectorLayout(kind, length == 0 ? 0 : count / length, length);
    }
}
