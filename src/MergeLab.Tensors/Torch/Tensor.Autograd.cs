using MergeLab.Tensors.Native;

namespace MergeLab.Tensors;

public static partial class torch
{
    public sealed partial class Tensor
    {
        public bool requires_grad
        {
            get
            {
                var result = Shim.ts_requires_grad(Handle) == 1;
                GC.KeepAlive(this);
                return result;
            }
            set
            {
                TorchRuntime.Check(Shim.ts_set_requires_grad(Handle, value ? 1 : 0), "requires_grad");
                GC.KeepAlive(this);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public bool is_leaf
        {
            get
            {
                var result = Shim.ts_is_leaf(Handle) == 1;
                GC.KeepAlive(this);
                return result;
            }
        }

        /// <summary>The accumulated gradient of a leaf; null before the first backward. Each read gives a tensor object of its own.</summary>
        public unsafe Tensor? grad
        {
            get
            {
                nint result = 0;
                TorchRuntime.Check(Shim.ts_get_grad(Handle, &result), "grad");
                GC.KeepAlive(this);
                return result == 0 ? null : Own(result);
            }
            set
            {
                TorchRuntime.Check(Shim.ts_set_grad(Handle, value?.Handle ?? 0), "grad");
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        /// <summary>Adds the gradients of this tensor to its leaves. <paramref name="gradient"/> may be left out for a single element.</summary>
        public void backward(Tensor? gradient = null, bool retain_graph = false, bool create_graph = false) =>
            autograd.backward([this], gradient is null ? null : [gradient], retain_graph, create_graph);
    }
}
