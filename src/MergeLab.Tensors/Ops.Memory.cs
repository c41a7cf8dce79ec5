using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeLab.Tensors.Native;

namespace MergeLab.Tensors;

public static unsafe partial class Ops
{
    /// <summary>
    /// A CPU tensor over foreign memory (a memory-mapped checkpoint), row-major, without a copy.
    /// <paramref name="owner"/> is kept reachable until the last view of the memory is gone; then <paramref name="released"/> runs, on whatever thread.
    /// Read-only pages must not be written to: clone before changing in place.
    /// </summary>
    /// <param name="data">Address of the first element, aligned to its size.</param>
    /// <param name="shape">Lengths of the axes.</param>
    /// <param name="dtype">What the bytes are.</param>
    /// <param name="owner">Whatever keeps the memory valid.</param>
    /// <param name="released">Called once, in the end. Must not throw.</param>
    public static torch.Tensor FromMemory(void* data, ReadOnlySpan<long> shape, torch.ScalarType dtype, object? owner = null, Action? released = null)
    {
        TorchRuntime.Load();
        foreach (var length in shape) ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(shape));
        var lease = owner is null && released is null ? default : GCHandle.Alloc(new Lease(owner, released));
        nint handle;
        fixed (long* sizes = shape)
            handle = Shim.ts_from_blob((nint)data, sizes, shape.Length, (int)dtype, GCHandle.ToIntPtr(lease), lease.IsAllocated ? &Release : null);
        if (handle != 0) return torch.Tensor.Own(handle);
        var error = Shim.LastError;
        if (lease.IsAllocated) lease.Free();
        throw new TorchException(error, "from_blob");
    }

    /// <summary>A tensor with its own memory, filled from <paramref name="values"/> in row-major order.</summary>
    public static torch.Tensor FromSpan<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, torch.ScalarType dtype) where T : unmanaged
    {
        var count = 1L;
        foreach (var length in shape) count = checked(count * length);
        var result = torch.empty(shape, dtype);
        if (count * result.ElementSize != (long)values.Length * sizeof(T))
        {
            result.Dispose();
            throw new ArgumentException($"{values.Length} values of {sizeof(T)} bytes do not fill a tensor of {dtype} with {count} elements");
        }
        values.CopyTo(new Span<T>(result.Address, values.Length));
        return result;
    }

    /// <summary>The raw bytes of a contiguous CPU tensor, in place. The tensor must stay alive while they are used.</summary>
    public static Span<byte> Bytes(torch.Tensor tensor)
    {
        if (tensor.device.type != DeviceType.CPU || !tensor.is_contiguous()) throw new ArgumentException("the bytes in place are those of a contiguous CPU tensor");
        return new Span<byte>(tensor.Address, checked((int)(tensor.numel() * tensor.ElementSize)));
    }

    /// <summary>The bits of a float16 or bfloat16 tensor, in place.</summary>
    public static Span<ushort> Bits(torch.Tensor tensor)
    {
        if (tensor.dtype is not (torch.ScalarType.Float16 or torch.ScalarType.BFloat16)) throw new ArgumentException($"the tensor is {tensor.dtype}, not of a 16-bit float type");
        return MemoryMarshal.Cast<byte, ushort>(Bytes(tensor));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void Release(nint context)
    {
        var lease = GCHandle.FromIntPtr(context);
        var released = ((Lease)lease.Target!).Released;
        lease.Free();
        released?.Invoke();
    }

    sealed record Lease(object? Owner, Action? Released);
}
