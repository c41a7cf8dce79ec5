using System.Globalization;
using MergeLab.Core.Errors;

namespace MergeLab.Checkpoints;

/// <summary>Name, type and shape of a tensor that is to be written.</summary>
public record TensorSpec(string Name, DType DType, IReadOnlyList<long> Shape)
{
    /// <summary>Elements: the product of the shape, 1 for a scalar.</summary>
    public long Count { get; } = Product(Shape);

    /// <summary>Size of the raw data.</summary>
    public long Bytes => checked(Count * DType.Size());

    /// <summary>The shape as people write it: <c>[4, 24]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape.Select(d => d.ToString(CultureInfo.InvariantCulture)))}]";

    static long Product(IReadOnlyList<long> shape)
    {
        var product = 1L;
        foreach (var d in shape) product = checked(product * d);
        return product;
    }
}

/// <summary>A tensor stored in a file.</summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="DType">Its element type.</param>
/// <param name="Shape">Its sizes, outermost first; empty for a scalar.</param>
/// <param name="File">Path of the file it lies in.</param>
/// <param name="Offset">First byte, counted from the beginning of the file.</param>
public sealed record TensorInfo(string Name, DType DType, IReadOnlyList<long> Shape, string File, long Offset) : TensorSpec(Name, DType, Shape)
{
    /// <summary>The place to name in a problem.</summary>
    public Place Place => new(File, Tensor: Name);
}
