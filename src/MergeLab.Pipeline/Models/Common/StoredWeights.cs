using MergeLab.Checkpoints;

namespace MergeLab.Models.Common;

/// <summary>Tensors of a <see cref="WeightSource"/> as tensors of libtorch.</summary>
static unsafe class StoredWeights
{
    /// <summary>A view of mapped memory where float32 values lie there aligned, on the CPU, and need not be written; else a copy.</summary>
    /// <param name="source">Must outlive a view.</param>
    /// <param name="name">A tensor it has, of a float type.</param>
    /// <param name="device">Where the result lies.</param>
    /// <param name="own">Memory of its own.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    public static Tensor Read(WeightSource source, string name, Device device, bool own, ScalarType dtype)
    {
        var reader = source.Reader(name);
        long[] shape = [.. reader.Tensor.Shape];
        var at = reader.Stored;
        if (at is not null && reader.Tensor.DType == DType.F32 && (nuint)at % sizeof(float) == 0)
        {
            var view = Ops.FromMemory(at, shape, ScalarType.Float32, source);
            if (!own && device == CPU && dtype == ScalarType.Float32) return view;
            using (view) return view.to(dtype, device, copy: true);
        }
        var values = empty(shape, ScalarType.Float32);
        reader.Read(0, values.data<float>().AsSpan());
        if (device == CPU && dtype == ScalarType.Float32) return values;
        using (values) return values.to(dtype, device);
    }
}
