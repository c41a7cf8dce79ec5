using System.Collections;

namespace MergeLab.Tensors;

/// <summary>
/// A tensor's elements in row-major order. Over a contiguous CPU tensor it reads and writes the tensor's own memory, else a copy.
/// </summary>
public readonly struct TensorAccessor<T> : IEnumerable<T> where T : unmanaged
{
    readonly torch.Tensor tensor;

    TensorAccessor(torch.Tensor tensor) => this.tensor = tensor;

    public long Count => tensor.numel();

    public ref T this[long index]
    {
        get
        {
            if ((ulong)index >= (ulong)Count) throw new ArgumentOutOfRangeException(nameof(index), index, $"the tensor has {Count} elements");
            unsafe { return ref ((T*)tensor.Address)[index]; }
        }
    }

    /// <summary>The elements in place. The tensor must stay alive while the span is used.</summary>
    public unsafe Span<T> AsSpan() => new(tensor.Address, checked((int)Count));

    public T[] ToArray()
    {
        var copy = AsSpan().ToArray();
        GC.KeepAlive(tensor);
        return copy;
    }

    public void CopyTo(Span<T> to)
    {
        AsSpan().CopyTo(to);
        GC.KeepAlive(tensor);
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static TensorAccessor<T> Of(torch.Tensor tensor)
    {
        var dtype = tensor.dtype;
        if (!Fits(dtype)) throw new ArgumentException($"the tensor is {dtype}, which is not read as {typeof(T).Name}: convert it with to()");
        var dense = tensor.device.type == DeviceType.CPU ? tensor : tensor.cpu();
        return new(dense.is_contiguous() ? dense : dense.contiguous());
    }

    static bool Fits(torch.ScalarType dtype) => dtype switch
    {
        torch.ScalarType.Float32 => typeof(T) == typeof(float),
        torch.ScalarType.Float64 => typeof(T) == typeof(double),
        torch.ScalarType.Float16 => typeof(T) == typeof(Half),
        torch.ScalarType.Int64 => typeof(T) == typeof(long),
        torch.ScalarType.Int32 => typeof(T) == typeof(int),
        torch.ScalarType.Int16 => typeof(T) == typeof(short),
        torch.ScalarType.Int8 => typeof(T) == typeof(sbyte),
        torch.ScalarType.Byte => typeof(T) == typeof(byte),
        torch.ScalarType.Bool => typeof(T) == typeof(bool),
        _ => false,
    };
}
