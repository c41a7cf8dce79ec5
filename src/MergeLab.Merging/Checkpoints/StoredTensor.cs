using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Checkpoints;

/// <summary>A tensor as it lies in a mapped file.</summary>
sealed unsafe class StoredTensor(SafetensorsFile file, TensorInfo info) : TensorReader
{
    public override TensorSpec Tensor => info;

    public override byte* Stored => file.Address(info);

    public override void Read(long first, Span<float> to)
    {
        var size = info.DType.Size();
        // A window of floats is at most as long as a span of bytes holds.
        var most = int.MaxValue / size;
        for (var done = 0; done < to.Length;)
        {
            var count = Math.Min(most, to.Length - done);
            Elements.ToSingle(info.DType, file.Bytes(info, (first + done) * size, count * size), to.Slice(done, count));
            done += count;
        }
    }

    public override void Read(long first, Span<double> to)
    {
        var size = info.DType.Size();
        var most = int.MaxValue / size;
        for (var done = 0; done < to.Length;)
        {
            var count = Math.Min(most, to.Length - done);
            Elements.ToDouble(info.DType, file.Bytes(info, (first + done) * size, count * size), to.Slice(done, count));
            done += count;
        }
    }
}
