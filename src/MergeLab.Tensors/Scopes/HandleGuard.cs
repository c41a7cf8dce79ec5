using MergeLab.Tensors.Native;

namespace MergeLab.Tensors;

/// <summary>Frees the handle of a tensor outside any scope when nothing refers to the tensor any more.</summary>
sealed unsafe class HandleGuard : IDisposable
{
    /// <summary>Below it the bookkeeping costs more than the memory.</summary>
    const long LeastPressure = 1 << 16;

    readonly nint handle;
    readonly long pressure;

    public HandleGuard(nint handle)
    {
        this.handle = handle;
        // The collector sees a few dozen bytes a tensor and would let gigabytes of native memory pile up.
        var bytes = Shim.ts_numel(handle) * Shim.ts_item_size(handle);
        if (bytes < LeastPressure) return;
        pressure = bytes;
        GC.AddMemoryPressure(pressure);
    }

    ~HandleGuard()
    {
        var freed = handle;
        Shim.ts_free(&freed, 1);
        Relieve();
    }

    /// <summary>The handle is somebody else's from now on.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Relieve();
    }

    void Relieve()
    {
        if (pressure > 0) GC.RemoveMemoryPressure(pressure);
    }
}
