namespace MergeLab.Tensors;

public static partial class torch
{
    public static class optim
    {
        public static AdamW AdamW(IEnumerable<Tensor> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 1e-2) =>
            new(parameters, lr, beta1, beta2, eps, weight_decay);

        public static SGD SGD(IEnumerable<Tensor> parameters, double learningRate, double momentum = 0, double weight_decay = 0) =>
            new(parameters, learningRate, momentum, weight_decay);
    }

    /// <summary>Leaves with gradients that a step moves. Its state is its own, whatever scope is open.</summary>
    public abstract class Optimizer(IEnumerable<Tensor> parameters, double lr) : IDisposable
    {
        public double LearningRate { get; set; } = lr;

        public IReadOnlyList<Tensor> parameters { get; } = [.. parameters];

        /// <summary>Drops the gradients.</summary>
        public void zero_grad()
        {
            foreach (var parameter in parameters) parameter.grad = null;
        }

        public abstract void step();

        /// <summary>The tensors that, with the number of steps, continue the training exactly: empty before the first step.</summary>
        public abstract IReadOnlyList<Tensor> state { get; }

        public void Dispose()
        {
            foreach (var tensor in state) tensor.Dispose();
            GC.SuppressFinalize(this);
        }

        private protected static Tensor[] ZerosLike(IEnumerable<Tensor> tensors) => [.. tensors.Select(t => zeros_like(t).DetachFromDisposeScope())];

        /// <summary>One gradient per parameter. A parameter without one is a mistake of the model's, which PyTorch would skip in silence.</summary>
        private protected Tensor[] Gradients() =>
            [.. parameters.Select((p, i) => p.grad ?? throw new InvalidOperationException($"parameter {i} ({p}) has no gradient: it took no part in the loss, or backward was not called"))];
    }

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), all parameters in one call per step of the formula.</summary>
    public sealed class AdamW : Optimizer
    {
        readonly double beta1, beta2, eps, weight_decay;
        Tensor[] average = [], square = [];

        public AdamW(IEnumerable<Tensor> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 1e-2)
            : base(parameters, lr) => (this.beta1, this.beta2, this.eps, this.weight_decay) = (beta1, beta2, eps, weight_decay);

        public long steps { get; private set; }

        /// <summary>First moments, then second moments, in the parameters' order.</summary>
        public override IReadOnlyList<Tensor> state => [.. average, .. square];

        /// <summary>Continues from a saved <see cref="state"/>, of which copies are taken.</summary>
        public void load_state(long steps, IReadOnlyList<Tensor> saved)
        {
            var expected = steps == 0 ? 0 : 2 * parameters.Count;
            if (saved.Count != expected) throw new ArgumentException($"{expected} tensors of state wanted, {saved.Count} given", nameof(saved));
            using var mode = no_grad();
            var copies = saved.Select(t => t.clone().DetachFromDisposeScope()).ToArray();
            Dispose();
            (average, square) = (copies[..(expected / 2)], copies[(expected / 2)..]);
            this.steps = steps;
        }

        public override void step()
        {
            using var scope = NewDisposeScope();
            using var mode = no_grad();
            Tensor[] weights = [.. parameters], gradients = Gradients();
            if (average.Length == 0) (average, square) = (ZerosLike(weights), ZerosLike(weights));
            steps++;
            if (weight_decay != 0) Ops.ForeachMul(weights, 1 - LearningRate * weight_decay);
            Ops.ForeachMul(average, beta1);
            Ops.ForeachAdd(average, gradients, 1 - beta1);
            Ops.ForeachMul(square, beta2);
            Ops.ForeachAddcmul(square, gradients, gradients, 1 - beta2);
            var denominator = Ops.ForeachSqrt(square);
            Ops.ForeachDiv(denominator, Math.Sqrt(1 - Math.Pow(beta2, steps)));
            Ops.ForeachAdd(denominator, eps);
            Ops.ForeachAddcdiv(weights, average, denominator, -LearningRate / (1 - Math.Pow(beta1, steps)));
        }
    }

    /// <summary>Gradient descent with PyTorch's momentum: m ← μm + g, θ ← θ − lr·m.</summary>
    public sealed class SGD(IEnumerable<Tensor> parameters, double lr, double momentum = 0, double weight_decay = 0) : Optimizer(parameters, lr)
    {
        Tensor[] velocity = [];

        public override IReadOnlyList<Tensor> state => velocity;

        public override void step()
        {
            using var scope = NewDisposeScope();
            using var mode = no_grad();
            Tensor[] weights = [.. parameters], direction = Gradients();
            if (weight_decay != 0) direction = [.. direction.Zip(weights, (g, w) => g.add(w, weight_decay))];
            if (momentum != 0)
            {
                if (velocity.Length == 0) velocity = ZerosLike(parameters);
                Ops.ForeachMul(velocity, momentum);
                Ops.ForeachAdd(velocity, direction, 1);
                direction = velocity;
            }
            Ops.ForeachAdd(weights, direction, -LearningRate);
        }
    }
}
