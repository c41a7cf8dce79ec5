namespace MergeLab.Pipeline.Tests.Tensors;

public class OptimizerTests
{
    [Fact]
    public void AdamW_takes_the_papers_steps()
    {
        using var scope = NewDisposeScope();
        double[] start = [1, -2, 0.5], slope = [0.3, -0.1, 2];
        var w = tensor(start, requires_grad: true);
        using var adam = optim.AdamW([w], lr: 0.1, weight_decay: 0.05);
        double[] x = [.. start], m = new double[3], v = new double[3];
        for (var step = 1; step <= 5; step++)
        {
            adam.zero_grad();
            (w * w * tensor(slope)).sum().backward();
            adam.step();
            for (var i = 0; i < 3; i++)
            {
                var g = 2 * slope[i] * x[i];
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.999 * v[i] + 0.001 * g * g;
                x[i] = x[i] * (1 - 0.1 * 0.05) - 0.1 * (m[i] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
            }
            // Float64 in another order of operations: a few units in the last place a step.
            Assert.Equal(x, w.data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-13);
        }
    }

    [Fact]
    public void A_resumed_training_takes_the_same_steps_to_the_bit()
    {
        using var scope = NewDisposeScope();
        Tensor straight = Start(), first = Start();
        using var whole = optim.AdamW([straight], lr: 0.01);
        Train(whole, straight, 6);
        using var half = optim.AdamW([first], lr: 0.01);
        Train(half, first, 3);
        var second = first.detach().clone().requires_grad_();
        using var rest = optim.AdamW([second], lr: 0.01);
        rest.load_state(half.steps, half.state);
        Train(rest, second, 3);
        Assert.Equal(straight.data<float>().ToArray(), second.data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => rest.load_state(3, []));

        static Tensor Start() => arange(5, float32).sin().requires_grad_();

        static void Train(AdamW by, Tensor w, int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                by.zero_grad();
                w.pow(4).sum().backward();
                by.step();
            }
        }
    }

    [Fact]
    public void A_parameter_that_takes_no_part_is_named_and_nothing_moves()
    {
        using var scope = NewDisposeScope();
        Tensor used = ones([2], requires_grad: true), unused = ones([3], requires_grad: true);
        using var adam = optim.AdamW([used, unused]);
        used.sum().backward();
        Assert.Contains("parameter 1 ([3]", Assert.Throws<InvalidOperationException>(adam.step).Message, StringComparison.Ordinal);
        Assert.Equal(0, adam.steps);
        Assert.Equal(2f, used.sum().item<float>());
    }

    [Fact]
    public void Sgd_with_momentum()
    {
        using var scope = NewDisposeScope();
        var w = tensor([1.0], requires_grad: true);
        using var sgd = optim.SGD([w], 0.1, momentum: 0.5);
        foreach (var expected in new[] { 0.8, 0.8 - 0.1 * (1 + 1.6), })
        {
            sgd.zero_grad();
            (w * w).sum().backward();
            sgd.step();
            Assert.Equal(expected, w.item<double>(), 1e-15);
        }
    }
}
