namespace MergeLab.Pipeline.Tests.Tensors;

/// <summary>The building blocks of models against the formula, in float64 so that 1e-12 leaves room for the order of sums only.</summary>
public sealed class FunctionalTests : IDisposable
{
    const double Tolerance = 1e-12;
    static readonly double[] Points = [-6, -2.5, -1, -0.3, 0, 0.1, 0.7, 1.9, 5];
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Activations_are_their_formulas()
    {
        Same(x => x / (1 + Math.Exp(-x)), F.silu);
        Same(x => Math.Max(x, 0), x => F.relu(x));
        Same(x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))), Ops.GeluTanh);
        Same(x => x / (1 + Math.Exp(-1.702 * x)), Ops.QuickGelu);
        Same(x => Math.Log(1 + Math.Exp(x)), F.softplus);

        static void Same(Func<double, double> formula, Func<Tensor, Tensor> built) =>
            Near([.. Points.Select(formula)], built(tensor(Points)));
    }

    /// <summary>Φ from its tables (Abramowitz and Stegun 26.1): Φ(1) = 0.841344746068543, Φ(2) = 0.977249868051821.</summary>
    [Fact]
    public void Gelu_is_the_exact_one_unless_tanh_is_asked_for()
    {
        Near([0.841344746068543, 2 * 0.977249868051821, -(1 - 0.841344746068543)], F.gelu(tensor([1.0, 2, -1])));
        Assert.NotEqual(F.gelu(tensor(1.0)).item<double>(), Ops.GeluTanh(tensor(1.0)).item<double>());
    }

    [Fact]
    public void Norms_divide_by_what_they_say()
    {
        var x = tensor([1.0, 2, 3, 6], [1, 4]);
        Near([-2 / Math.Sqrt(3.5 + 1e-5), -1 / Math.Sqrt(3.5 + 1e-5), 0, 3 / Math.Sqrt(3.5 + 1e-5)], F.layer_norm(x, [4]));
        var rms = Math.Sqrt(12.5 + 1e-6);
        Near([2 / rms, 2 / rms, 9 / rms, 6 / rms], Ops.RmsNorm(x, tensor([2.0, 1, 3, 1]), 1e-6));
        Assert.Equal(bfloat16, Ops.RmsNorm(x.to(bfloat16), ones([4], bfloat16), 1e-6).dtype);
    }

    [Fact]
    public void Cross_entropy_ignores_the_padding_and_smooths_labels()
    {
        var logits = tensor([1.0, 2, 3, 0, 0, 0, 5, 1, 1], [3, 3]);
        var targets = tensor([2L, -100, 0]);
        double one = -Log(3, [1, 2, 3]), two = -Log(5, [5, 1, 1]);
        Assert.Equal((one + two) / 2, F.cross_entropy(logits, targets).item<double>(), Tolerance);
        Assert.Equal(one + two, F.cross_entropy(logits, targets, reduction: nn.Reduction.Sum).item<double>(), Tolerance);
        Near([one, 0, two], F.cross_entropy(logits, targets, reduction: nn.Reduction.None));
        Assert.Equal(Math.Log(3), F.cross_entropy(zeros([1, 3], float64), tensor([1L]), label_smoothing: 0.1).item<double>(), Tolerance);

        static double Log(double x, double[] all) => x - Math.Log(all.Sum(Math.Exp));
    }

    [Fact]
    public void Attention_is_softmax_of_scores_plus_bias_times_values()
    {
        manual_seed(3);
        var (q, k, v) = (randn([2, 3, 4, 5], float64), randn([2, 3, 6, 5], float64), randn([2, 3, 6, 7], float64));
        var bias = randn([1, 3, 4, 6], float64);
        var expected = (einsum("bhqd,bhkd->bhqk", q, k) * 0.25 + bias).exp();
        expected = einsum("bhqk,bhkd->bhqd", expected / expected.sum(-1, keepdim: true), v);
        Assert.True(Ops.Attention(q, k, v, bias, 0.25).allclose(expected, 0, Tolerance));
        var seen = ones([4, 6], @bool).tril();
        var masked = F.scaled_dot_product_attention(q, k, v, seen);
        Assert.True(masked.equal(F.scaled_dot_product_attention(q, k, v, is_casual: true)));
        Assert.True(masked[.., .., 0].allclose(v[.., .., 0], 0, Tolerance));
    }

    [Fact]
    public void Embedding_and_index_select_give_the_rows()
    {
        var table = arange(12, float64).view(4, 3);
        var ids = tensor([3L, 0, 1, 1], [2, 2]);
        Assert.Equal([2L, 2, 3], Ops.Embedding(table, ids).shape);
        Near([9, 10, 11, 0, 1, 2, 3, 4, 5, 3, 4, 5], Ops.Embedding(table, ids));
        Near([9, 10, 11, 0, 1, 2], table.index_select(0, tensor([3L, 0])));
        Assert.Throws<TorchException>(() => Ops.Embedding(table, tensor([4L])));
    }

    [Fact]
    public void Conv2d_is_the_patch_embedding_of_a_vit()
    {
        var image = arange(32, float64).view(1, 2, 4, 4);
        var kernel = arange(24, float64).view(3, 2, 2, 2);
        var patches = F.conv2d(image, kernel, tensor([1.0, 2, 3]), strides: [2, 2]);
        Assert.Equal([1L, 3, 2, 2], patches.shape);
        var unfolded = image.reshape(2, 2, 2, 2, 2).permute(1, 3, 0, 2, 4).reshape(4, 8);
        Near([.. (unfolded.matmul(kernel.reshape(3, 8).t()) + tensor([1.0, 2, 3])).t().contiguous().data<double>()], patches);
    }

    [Fact]
    public void Selection_and_order()
    {
        var x = tensor([3.0, 1, 2, 9, 7, 8], [2, 3]);
        var (values, indexes) = x.topk(2);
        Near([3, 2, 9, 8], values);
        Assert.Equal([0L, 2, 0, 2], indexes.data<long>().ToArray());
        Assert.Equal([0L, 0], x.argmax(-1).data<long>().ToArray());
        Near([3, 4, 6, 9, 16, 24], x.cumsum(1));
        Near([1, 7], x.gather(1, tensor([1L, 1], [2, 1])));
        Near([3, 0, 0, 9, 7, 0], x.tril());
        Near([3, 1, 2, 0, 7, 8], x.triu());
        Near([3, -1, 2, -1, -1, -1], x.masked_fill(x.eq(1) | x.gt(3), -1));
        Near([0, 1, 2, 0, 0, 0], where(x < 3, x, zeros([1], float64)));
        Near([1, 2, 3, 7, 8, 9], x.sort().Values);
    }

    static void Near(double[] expected, Tensor actual)
    {
        var found = actual.data<double>().ToArray();
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < found.Length; i++) Assert.Equal(expected[i], found[i], Tolerance);
    }
}
