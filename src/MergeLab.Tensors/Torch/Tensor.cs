using MergeLab.Tensors.Native;

namespace MergeLab.Tensors;

public static partial class torch
{
    /// <summary>
    /// A tensor of libtorch. Its native memory goes with <see cref="Dispose"/>, with the <see cref="DisposeScope"/> it was made in, or, made outside any,
    /// with the finalizer. Use after that throws <see cref="ObjectDisposedException"/>.
    /// </summary>
    public sealed partial class Tensor : IDisposable
    {
        nint handle;
        DisposeScope? scope;
        HandleGuard? guard;

        Tensor(nint handle) => this.handle = handle;

        /// <summary>Its place in its scope's list.</summary>
        internal int Slot { get; set; }

        internal DisposeScope? Scope => scope;

        internal nint Handle
        {
            get
            {
                var live = handle;
                ObjectDisposedException.ThrowIf(live == 0, this);
                return live;
            }
        }

        public bool IsInvalid => handle == 0;

        /// <summary>Number of axes.</summary>
        public long dim()
        {
            var result = Shim.ts_dim(Handle);
            GC.KeepAlive(this);
            return result;
        }

        public long ndim => dim();

        public long numel()
        {
            var result = Shim.ts_numel(Handle);
            GC.KeepAlive(this);
            return result;
        }

        public unsafe long[] shape => Copy(Shim.ts_sizes(Handle));

        public unsafe long[] stride() => Copy(Shim.ts_strides(Handle));

        public long[] size() => shape;

        /// <summary>The length of an axis; negative ones count from the end.</summary>
        public unsafe long size(int axis)
        {
            var axes = Shim.ts_dim(Handle);
            if (axis < -axes || axis >= axes) throw new ArgumentOutOfRangeException(nameof(axis), axis, $"the tensor has {axes} axes");
            var result = Shim.ts_sizes(Handle)[axis < 0 ? axis + axes : axis];
            GC.KeepAlive(this);
            return result;
        }

        public ScalarType dtype
        {
            get
            {
                var result = (ScalarType)Shim.ts_dtype(Handle);
                GC.KeepAlive(this);
                return result;
            }
        }

        public Device device
        {
            get
            {
                var packed = Shim.ts_device(Handle);
                GC.KeepAlive(this);
                return packed == Device.PackedCpu ? CPU : new Device(packed);
            }
        }

        public long ElementSize
        {
            get
            {
                var result = Shim.ts_item_size(Handle);
                GC.KeepAlive(this);
                return result;
            }
        }

        public bool is_contiguous()
        {
            var result = Shim.ts_is_contiguous(Handle) == 1;
            GC.KeepAlive(this);
            return result;
        }

        /// <summary>Hands it to the scope around its own, or to the finalizer where there is none. Returns itself.</summary>
        public Tensor MoveToOuterDisposeScope() => MoveTo(scope?.Outer);

        /// <summary>From now on the caller's to dispose; the finalizer frees what is forgotten. Returns itself.</summary>
        public Tensor DetachFromDisposeScope() => MoveTo(null);

        public unsafe void Dispose()
        {
            if (handle == 0) return;
            scope?.Remove(Slot);
            guard?.Dispose();
            var freed = Surrender();
            if (freed != 0) Shim.ts_free(&freed, 1);
        }

        public override string ToString() => IsInvalid ? "tensor (disposed)" : $"[{string.Join('x', shape)}], {dtype}, {device}";

        /// <summary>A tensor object for a handle that native code has handed over.</summary>
        internal static Tensor Own(nint handle)
        {
            var tensor = new Tensor(handle);
            if (DisposeScope.Innermost is { } innermost)
            {
                tensor.Slot = innermost.Add(tensor);
                tensor.scope = innermost;
            }
            else
            {
                tensor.guard = new HandleGuard(handle);
            }
            return tensor;
        }

        internal Tensor MoveTo(DisposeScope? target)
        {
            var live = Handle;
            if (target == scope) return this;
            scope?.Remove(Slot);
            guard?.Dispose();
            guard = null;
            scope = target;
            if (target is null) guard = new HandleGuard(live);
            else Slot = target.Add(this);
            return this;
        }

        /// <summary>Gives the handle away; the tensor counts as disposed.</summary>
        internal nint Surrender()
        {
            scope = null;
            guard = null;
            return Interlocked.Exchange(ref handle, 0);
        }

        unsafe long[] Copy(long* from)
        {
            if (from is null) throw new TorchException("the tensor's layout has no such thing", "sizes");
            var result = new ReadOnlySpan<long>(from, Shim.ts_dim(handle)).ToArray();
            GC.KeepAlive(this);
            return result;
        }
    }
}
