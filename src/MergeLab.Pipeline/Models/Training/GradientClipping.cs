namespace MergeLab.Models.Training;

/// <summary>Shortens the gradient of all parameters together to a norm (Pascanu, Mikolov and Bengio 2013).</summary>
static class GradientClipping
{
    /// <summary>Keeps a zero gradient from dividing by zero, as in PyTorch.</summary>
    const double Epsilon = 1e-6;

    public static void Apply(IEnumerable<Tensor> parameters, double most)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        Tensor[] gradients = [.. parameters.Select(p => p.grad ?? throw new InvalidOperationException($"{p} has no gradient"))];
        var norm = stack([.. gradients.Select(g => g.norm())], 0).norm().item<float>();
        if (norm > most) Ops.ForeachMul(gradients, most / (norm + Epsilon));
    }
}
