using MergeLab.Tensors.Native;

namespace MergeLab.Tensors;

/// <summary>
/// Owns the tensors that its thread makes while it is the innermost scope, and disposes them with itself. Belongs to one thread: never await inside.
/// A tensor leaves it through <see cref="torch.Tensor.MoveToOuterDisposeScope"/> or <see cref="torch.Tensor.DetachFromDisposeScope"/>.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    const int Batch = 256;

    [ThreadStatic] static DisposeScope? innermost;

    readonly int thread = Environment.CurrentManagedThreadId;
    readonly List<torch.Tensor> tensors = [];
    DisposeScope? outer;
    bool disposed;

    internal DisposeScope()
    {
        outer = innermost;
        innermost = this;
    }

    /// <summary>For a scope that was never disposed: nothing refers to its tensors either, as they refer to it.</summary>
    ~DisposeScope() => Free();

    internal static DisposeScope? Innermost => innermost;

    internal DisposeScope? Outer => outer;

    /// <summary>Tensors that are disposed with it.</summary>
    public int DisposablesCount => tensors.Count;

    /// <summary>Disposes what it owns, except the given ones, early.</summary>
    public void DisposeEverythingBut(params ReadOnlySpan<torch.Tensor> keep)
    {
        CheckThread();
        for (var i = tensors.Count - 1; i >= 0; i--)
            if (!Contains(keep, tensors[i])) tensors[i].Dispose();
    }

    /// <summary>Hands a tensor of this scope to the scope around it, or to the finalizer where there is none. Another scope's tensor stays where it is.</summary>
    public torch.Tensor MoveToOuter(torch.Tensor tensor) => tensor.Scope == this ? tensor.MoveTo(outer) : tensor;

    /// <summary>From now on a tensor of this scope is the caller's to dispose.</summary>
    public torch.Tensor Detach(torch.Tensor tensor) => tensor.Scope == this ? tensor.MoveTo(null) : tensor;

    /// <summary>Takes the tensor over, whoever had it.</summary>
    public torch.Tensor Attach(torch.Tensor tensor) => tensor.MoveTo(this);

    public void Dispose()
    {
        if (disposed) return;
        CheckThread();
        disposed = true;
        Unlink();
        Free();
        GC.SuppressFinalize(this);
    }

    internal int Add(torch.Tensor tensor)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        tensors.Add(tensor);
        return tensors.Count - 1;
    }

    /// <summary>The last one moves to the place that becomes free.</summary>
    internal void Remove(int slot)
    {
        var last = tensors[^1];
        tensors[slot] = last;
        last.Slot = slot;
        tensors.RemoveAt(tensors.Count - 1);
    }

    static bool Contains(ReadOnlySpan<torch.Tensor> list, torch.Tensor tensor)
    {
        foreach (var one in list)
            if (ReferenceEquals(one, tensor)) return true;
        return false;
    }

    void CheckThread()
    {
        if (Environment.CurrentManagedThreadId != thread)
            throw new InvalidOperationException("a dispose scope belongs to the thread that made it: do not await inside one, nor hand it on");
    }

    void Unlink()
    {
        if (innermost == this)
        {
            innermost = outer;
            return;
        }
        for (var inner = innermost; inner is not null; inner = inner.outer)
            if (inner.outer == this)
            {
                inner.outer = outer;
                return;
            }
    }

    unsafe void Free()
    {
        var handles = stackalloc nint[Batch];
        var count = 0;
        foreach (var tensor in tensors)
        {
            handles[count] = tensor.Surrender();
            if (++count < Batch) continue;
            Shim.ts_free(handles, count);
            count = 0;
        }
        if (count > 0) Shim.ts_free(handles, count);
        tensors.Clear();
    }
}
