namespace MergeLab.Tensors;

public static partial class torch
{
    public static Tensor zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Aten.zeros.Call(size.ToArray(), dtype, Arg.Default, device), requires_grad);

    public static Tensor ones(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Aten.ones.Call(size.ToArray(), dtype, Arg.Default, device), requires_grad);

    /// <summary>Uninitialised memory.</summary>
    public static Tensor empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Aten.empty_memory_format.Call(size.ToArray(), dtype, Arg.Default, device), requires_grad);

    public static Tensor full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Aten.full.Call(size.ToArray(), value, dtype, Arg.Default, device), requires_grad);

    /// <summary>Uniform on [0, 1).</summary>
    public static Tensor rand(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Aten.rand.Call(size.ToArray(), dtype, Arg.Default, device), requires_grad);

    /// <summary>Standard normal.</summary>
    public static Tensor randn(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Aten.randn.Call(size.ToArray(), dtype, Arg.Default, device), requires_grad);

    /// <summary>Integers from <paramref name="low"/> up to and without <paramref name="high"/>.</summary>
    public static Tensor randint(long low, long high, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null) =>
        Aten.randint_low.Call(low, high, size.ToArray(), dtype ?? ScalarType.Int64, Arg.Default, device);

    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null) => Aten.randperm.Call(n, dtype ?? ScalarType.Int64, Arg.Default, device);

    public static Tensor eye(long rows, ScalarType? dtype = null, Device? device = null) => Aten.eye.Call(rows, dtype, Arg.Default, device);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null) => Aten.arange.Call(stop, dtype, Arg.Default, device);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null) =>
        Aten.arange_start.Call(start, stop, dtype, Arg.Default, device);

    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null) =>
        Aten.arange_start_step.Call(start, stop, step, dtype, Arg.Default, device);

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null) =>
        Aten.linspace.Call(start, end, steps, dtype, Arg.Default, device);

    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null) => Aten.zeros_like.Call(input, dtype);
    public static Tensor ones_like(Tensor input, ScalarType? dtype = null) => Aten.ones_like.Call(input, dtype);
    public static Tensor empty_like(Tensor input, ScalarType? dtype = null) => Aten.empty_like.Call(input, dtype);
    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null) => Aten.full_like.Call(input, value, dtype);
    public static Tensor rand_like(Tensor input, ScalarType? dtype = null) => Aten.rand_like.Call(input, dtype);
    public static Tensor randn_like(Tensor input, ScalarType? dtype = null) => Aten.randn_like.Call(input, dtype);

    public static Tensor tensor(float scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy([scalar], [], ScalarType.Float32, dtype, device, requires_grad);
    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy([scalar], [], ScalarType.Float64, dtype, device, requires_grad);
    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy([scalar], [], ScalarType.Int64, dtype, device, requires_grad);
    public static Tensor tensor(int scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy([scalar], [], ScalarType.Int32, dtype, device, requires_grad);
    public static Tensor tensor(bool scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy([scalar], [], ScalarType.Bool, dtype, device, requires_grad);

    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy(rawArray, [rawArray.Length], ScalarType.Float32, dtype, device, requires_grad);
    public static Tensor tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy(rawArray, [rawArray.Length], ScalarType.Float64, dtype, device, requires_grad);
    public static Tensor tensor(long[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy(rawArray, [rawArray.Length], ScalarType.Int64, dtype, device, requires_grad);
    public static Tensor tensor(int[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy(rawArray, [rawArray.Length], ScalarType.Int32, dtype, device, requires_grad);
    public static Tensor tensor(bool[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy(rawArray, [rawArray.Length], ScalarType.Bool, dtype, device, requires_grad);

    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy(rawArray, dimensions, ScalarType.Float32, dtype, device, requires_grad);
    public static Tensor tensor(double[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy(rawArray, dimensions, ScalarType.Float64, dtype, device, requires_grad);
    public static Tensor tensor(long[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy(rawArray, dimensions, ScalarType.Int64, dtype, device, requires_grad);
    public static Tensor tensor(int[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy(rawArray, dimensions, ScalarType.Int32, dtype, device, requires_grad);
    public static Tensor tensor(bool[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy(rawArray, dimensions, ScalarType.Bool, dtype, device, requires_grad);

    static Tensor Copy<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> dimensions, ScalarType native, ScalarType? dtype, Device? device, bool requires_grad) where T : unmanaged
    {
        var result = Ops.FromSpan(values, dimensions, native);
        if ((dtype is { } other && other != native) || (device is not null && device != CPU))
        {
            using var first = result;
            result = first.to(dtype ?? native, device ?? CPU);
        }
        return Finish(result, requires_grad);
    }

    static Tensor Finish(Tensor tensor, bool requires_grad) => requires_grad ? tensor.requires_grad_() : tensor;
}
