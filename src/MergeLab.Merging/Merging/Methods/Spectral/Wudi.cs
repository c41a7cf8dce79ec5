namespace MergeLab.Merging.Methods.Spectral;

/// <summary>
/// WUDI (Cheng et al., Whoever Started the Interference Should End It, ICML 2025, section 4): a few steps of Adam from the sum of task
/// vectors on Σ ‖(M − τ_t)·τ_tᵀ‖²/‖τ_t‖². The steps are part of the method: the minimum itself lies far away. The gradient is
/// 2·(M·G − H) with G = Σ τ_tᵀτ_t/‖τ_t‖² and H = Σ τ_t·τ_tᵀτ_t/‖τ_t‖², so that a step costs one product whatever the number of tasks.
/// </summary>
sealed class Wudi : IMatrixRule
{
    const double Beta1 = 0.9;
    const double Beta2 = 0.999;
    const double Epsilon = 1e-8;

    public Tensor Merge(TaskMatrices tasks, MatrixSettings settings)
    {
        var merged = tasks.Sum(settings);
        var g = zeros([tasks.Columns, tasks.Columns], ScalarType.Float64);
        var h = zeros([tasks.Rows, tasks.Columns], ScalarType.Float64);
        tasks.ForEach(settings, t => Terms(tasks.Load(t)), (_, made) =>
        {
            g.add_(made[0]);
            h.add_(made[1]);
        });
        Descend(merged, g, h, settings);
        return merged;
    }

    static Tensor[] Terms(Tensor task)
    {
        var energy = task.square().sum().item<double>();
        // A task that changes nothing wants nothing.
        var gram = energy == 0 ? zeros([task.size(1), task.size(1)], ScalarType.Float64) : task.mT.matmul(task).div_(energy);
        return [gram, task.matmul(gram)];
    }

    static void Descend(Tensor merged, Tensor g, Tensor h, MatrixSettings settings)
    {
        var (rate, steps) = (settings.Values.Number("learning_rate"), (int)settings.Values.Number("iterations"));
        var mean = zeros_like(merged);
        var square = zeros_like(merged);
        var (power1, power2) = (1.0, 1.0);
        for (var step = 0; step < steps; step++)
        {
            settings.Cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var gradient = merged.matmul(g).sub_(h).mul_(2);
            power1 *= Beta1;
            power2 *= Beta2;
            mean.mul_(Beta1).add_(gradient, 1 - Beta1);
            square.mul_(Beta2).add_(gradient.square(), 1 - Beta2);
            var root = square.sqrt().mul_(1 / Math.Sqrt(1 - power2)).add_(Epsilon);
            merged.add_(mean.div(root), -rate / (1 - power1));
        }
    }
}
