namespace MergeLab.Tensors;

/// <summary>PyTorch's functions, with TorchSharp's names and signatures. See https://pytorch.org/docs/stable/torch.html for each.</summary>
public static partial class torch
{
    public static Tensor cat(IEnumerable<Tensor> tensors, long dim = 0) => Aten.cat.Call(tensors.ToArray(), dim);
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Aten.stack.Call(tensors.ToArray(), dim);
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Aten.where_self.Call(condition, x, y);
    public static Tensor einsum(string equation, params Tensor[] tensors) => Aten.einsum.Call(equation, tensors);

    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);
    public static Tensor bmm(Tensor batch1, Tensor batch2) => batch1.bmm(batch2);
    public static Tensor mm(Tensor input, Tensor target) => input.mm(target);
    public static Tensor outer(Tensor input, Tensor vec2) => input.outer(vec2);
    public static Tensor diag(Tensor input, long diagonal = 0) => Aten.diag.Call(input, diagonal);
    public static Tensor tril(Tensor input, long diagonal = 0) => input.tril(diagonal);
    public static Tensor triu(Tensor input, long diagonal = 0) => input.triu(diagonal);

    public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
    public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => input.log_softmax(dim, dtype);
    public static Tensor exp(Tensor input) => input.exp();
    public static Tensor log(Tensor input) => input.log();
    public static Tensor sqrt(Tensor input) => input.sqrt();
    public static Tensor rsqrt(Tensor input) => input.rsqrt();
    public static Tensor abs(Tensor input) => input.abs();
    public static Tensor sin(Tensor input) => input.sin();
    public static Tensor cos(Tensor input) => input.cos();
    public static Tensor tanh(Tensor input) => input.tanh();
    public static Tensor sigmoid(Tensor input) => input.sigmoid();
    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);
    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);
    public static Tensor sum(Tensor input) => input.sum();
    public static Tensor mean(Tensor input) => input.mean();
    public static Tensor argmax(Tensor input, long dim, bool keepdim = false) => input.argmax(dim, keepdim);
    public static Tensor isfinite(Tensor tensor) => tensor.isfinite();

    /// <summary>Seeds the default generators of all devices. They are shared by all threads of the process.</summary>
    public static void manual_seed(long seed)
    {
        TorchRuntime.Load();
        TorchRuntime.Check(Native.Shim.ts_manual_seed((ulong)seed), nameof(manual_seed));
    }

    /// <summary>Intra-op threads of the calling thread's operations; 1 unless OMP_NUM_THREADS said otherwise.</summary>
    public static void set_num_threads(int num)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(num, 1);
        TorchRuntime.Load();
        TorchRuntime.Check(Native.Shim.ts_set_threads(num), nameof(set_num_threads));
    }

    public static int get_num_threads()
    {
        TorchRuntime.Load();
        return Native.Shim.ts_threads();
    }

    public static class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static int device_count()
        {
            TorchRuntime.Load();
            return Native.Shim.ts_cuda_devices();
        }

        /// <summary>Waits until the device has done what it was given; -1 is the current one.</summary>
        public static void synchronize(Device? device = null)
        {
            TorchRuntime.Load();
            TorchRuntime.Check(Native.Shim.ts_cuda_synchronize(device?.index ?? -1), nameof(synchronize));
        }
    }
}
