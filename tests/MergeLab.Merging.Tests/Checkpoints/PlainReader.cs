using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Merging.Tests.Checkpoints;

/// <summary>The stored values of a tensor, read without any of the machinery under test but the conversion.</summary>
sealed class PlainReader(SafetensorsFile file, TensorInfo tensor)
{
    public void Read(Span<float> values) => Elements.ToSingle(tensor.DType, file.Bytes(tensor), values);
}
