namespace MergeLab.Pipeline.Tests.Tensors;

public sealed class AutogradTests : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    static Tensor Loss(Tensor x, Tensor w) => F.layer_norm(Ops.GeluTanh(x.matmul(w)), [3]).softmax(-1)[.., 0].log().sum();

    [Fact]
    public void Gradients_agree_with_central_differences()
    {
        var x = (arange(8, float64) * 0.37).sin().view(2, 4);
        var w = (arange(12, float64) * 0.91).cos().view(4, 3).requires_grad_();
        Loss(x, w).backward();
        var gradient = w.grad!.data<double>().ToArray();
        const double step = 1e-5;
        using var mode = no_grad();
        for (var i = 0; i < gradient.Length; i++)
        {
            var values = w.data<double>();
            var at = values[i];
            values[i] = at + step;
            var above = Loss(x, w).item<double>();
            values[i] = at - step;
            var below = Loss(x, w).item<double>();
            values[i] = at;
            // Truncation is O(step²) = 1e-10, rounding 1e-16 / step = 1e-11.
            Assert.Equal((above - below) / (2 * step), gradient[i], 1e-8);
        }
    }

    [Fact]
    public void A_gradient_can_be_differentiated_again()
    {
        var x = tensor([1.0, 2, 3], requires_grad: true);
        var first = autograd.grad([(x * x * x).sum()], [x], create_graph: true)[0];
        Assert.Equal([3.0, 12, 27], first.data<double>().ToArray());
        var second = autograd.grad([first.sum()], [x])[0];
        Assert.Equal([6.0, 12, 18], second.data<double>().ToArray());
        Assert.Null(x.grad);
    }

    [Fact]
    public void Gradients_accumulate_and_are_dropped()
    {
        var x = tensor([2.0], requires_grad: true);
        (x * x).backward();
        (x * x).backward();
        Assert.Equal(8.0, x.grad!.item<double>());
        x.grad = null;
        Assert.Null(x.grad);
        x.grad = tensor([1.0]);
        Assert.Equal(1.0, x.grad!.item<double>());
    }

    [Fact]
    public void An_input_that_takes_no_part_is_an_error_unless_allowed()
    {
        Tensor x = tensor([2.0], requires_grad: true), y = tensor([3.0], requires_grad: true);
        Assert.Throws<TorchException>(() => autograd.grad([x * 2], [y]));
        Assert.Null(autograd.grad([x * 2], [y], allow_unused: true)[0]);
        Assert.Equal([8.0, 10], autograd.grad([stack([x, y]).mul(2).flatten()], [x, y], [tensor([4.0, 5])]).Select(g => g.item<double>()));
        Assert.Throws<ArgumentException>(() => autograd.grad([x * 2], [x], []));
    }

    [Fact]
    public void No_grad_and_inference_mode_end_with_their_block()
    {
        var x = ones([2]).requires_grad_();
        using (no_grad())
        {
            Assert.False((x * 2).requires_grad);
            using (enable_grad()) Assert.True((x * 2).requires_grad);
            Assert.False(is_grad_enabled());
        }
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            Assert.False((x * 2).requires_grad);
        }
        Assert.False(is_inference_mode_enabled());
        Assert.True((x * 2).requires_grad);
        Assert.True(x.is_leaf);
        Assert.False((x * 2).is_leaf);
        Assert.Throws<TorchException>(() => ones([2], int64).requires_grad_());
    }

    [Fact]
    public void A_mode_cannot_be_left_on_another_thread()
    {
        using var mode = no_grad();
        Exception? seen = null;
        var thread = new Thread(() => seen = Record.Exception(mode.Dispose));
        thread.Start();
        thread.Join();
        Assert.IsType<InvalidOperationException>(seen);
    }

    [Fact]
    public void The_norm_of_gradients_is_clipped_jointly()
    {
        Tensor a = zeros([2], requires_grad: true), b = zeros([1], requires_grad: true);
        (a.sum() * 2 + b.sum()).backward();
        Assert.Equal(3, nn.utils.clip_grad_norm_([a, b], 1.5), 1e-6);
        Assert.Equal([1f, 1f], a.grad!.data<float>().ToArray(), (x, y) => Math.Abs(x - y) < 1e-6);
        Assert.Equal(0.5f, b.grad!.item<float>(), 1e-6f);
        Assert.Equal(1.5, nn.utils.clip_grad_norm_([a, b], 10), 1e-6);
    }
}
