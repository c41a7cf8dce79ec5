using MergeLab.Tensors.Native;

namespace MergeLab.Tensors;

public static partial class torch
{
    /// <summary>No graph is recorded on this thread until it is disposed.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    /// <summary>As <see cref="no_grad"/>, and the tensors made inside can never take part in a graph. Belongs to its thread.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_grad_enabled()
    {
        TorchRuntime.Load();
        return Shim.ts_grad_mode() == 1;
    }

    public static bool is_inference_mode_enabled()
    {
        TorchRuntime.Load();
        return Shim.ts_is_inference_mode() == 1;
    }

    public static DisposeScope NewDisposeScope() => new();

    /// <summary>Runs the function in a scope of its own, out of which only its result comes.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(expr());
    }

    public static unsafe class autograd
    {
        /// <summary>
        /// The gradients of the outputs' sum (weighted by <paramref name="grad_outputs"/>, needed for outputs of more than one element) by each input.
        /// An input that takes no part gives null with <paramref name="allow_unused"/>, else an error. Leaves' own grad stays as it is.
        /// </summary>
        public static IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            CheckSeeds(outputs, grad_outputs);
            nint[] of = Handles(outputs), by = Handles(inputs), seeds = Handles(grad_outputs ?? []), results = new nint[inputs.Count];
            fixed (nint* ofs = of, bys = by, with = seeds, into = results)
                TorchRuntime.Check(Shim.ts_grad(ofs, with, of.Length, bys, by.Length, retain_graph || create_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, into), "autograd.grad");
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(results, h => h == 0 ? null! : Tensor.Own(h));
        }

        public static void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false)
        {
            CheckSeeds(tensors, grad_tensors);
            nint[] of = Handles(tensors), seeds = Handles(grad_tensors ?? []);
            fixed (nint* ofs = of, with = seeds)
                TorchRuntime.Check(Shim.ts_backward(ofs, with, of.Length, retain_graph || create_graph ? 1 : 0, create_graph ? 1 : 0), "backward");
            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
        }

        static void CheckSeeds(IList<Tensor> outputs, IList<Tensor>? seeds)
        {
            if (seeds is not null && seeds.Count != outputs.Count) throw new ArgumentException($"{outputs.Count} outputs, but {seeds.Count} gradients of them");
        }

        static nint[] Handles(IList<Tensor> tensors)
        {
            var handles = new nint[tensors.Count];
            for (var i = 0; i < handles.Length; i++) handles[i] = tensors[i].Handle;
            return handles;
        }
    }

    sealed class GradMode : IDisposable
    {
        readonly int thread = Environment.CurrentManagedThreadId;
        readonly bool before;

        public GradMode(bool on)
        {
            before = is_grad_enabled();
            Shim.ts_set_grad_mode(on ? 1 : 0);
        }

        public void Dispose()
        {
            CheckThread(thread);
            Shim.ts_set_grad_mode(before ? 1 : 0);
        }
    }

    sealed class InferenceMode : IDisposable
    {
        readonly int thread = Environment.CurrentManagedThreadId;
        nint mode;

        public InferenceMode(bool on)
        {
            TorchRuntime.Load();
            mode = Shim.ts_enter_inference_mode(on ? 1 : 0);
        }

        public void Dispose()
        {
            if (mode == 0) return;
            CheckThread(thread);
            Shim.ts_leave_inference_mode(mode);
            mode = 0;
        }
    }

    static void CheckThread(int thread)
    {
        if (Environment.CurrentManagedThreadId != thread) throw new InvalidOperationException("a mode belongs to the thread that entered it: do not await inside one");
    }
}
