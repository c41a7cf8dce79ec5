using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Checkpoints.Adapters;

/// <summary>Looks for NaN and infinity.</summary>
static class FirstNonFinite
{
    const int Block = 1 << 14;

    /// <summary>Index of the first element that is NaN or infinite, or null.</summary>
    public static long? In(SafetensorsFile file, TensorInfo tensor)
    {
        var size = tensor.DType.Size();
        var values = new double[(int)Math.Min(Block, tensor.Count)];
        for (var first = 0L; first < tensor.Count; first += Block)
        {
            var part = values.AsSpan(0, (int)Math.Min(Block, tensor.Count - first));
            Elements.ToDouble(tensor.DType, file.Bytes(tensor, first * size, part.Length * size), part);
            for (var i = 0; i < part.Length; i++)
                if (!double.IsFinite(part[i])) return first + i;
        }
        return null;
    }
}
