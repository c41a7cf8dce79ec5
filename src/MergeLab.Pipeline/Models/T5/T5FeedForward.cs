using MergeLab.Models.Common;

namespace MergeLab.Models.T5;

/// <summary>act(xWᵢᵀ)Wₒᵀ, or gated (Shazeer 2020) (act(xW₀ᵀ)⊙xW₁ᵀ)Wₒᵀ.</summary>
sealed class T5FeedForward
{
    readonly Func<Tensor, Tensor> activation;
    readonly Linear inner, outer;
    readonly Linear? gate;

    public T5FeedForward(T5Config config, Parameters parameters, string module)
    {
        activation = Activation.Find(config.ActivationName) ?? throw new ArgumentException($"no activation {config.ActivationName}", nameof(config));
        inner = parameters.Linear(module + (config.Gated ? ".wi_0.weight" : ".wi.weight"));
        gate = config.Gated ? parameters.Linear(module + ".wi_1.weight") : null;
        outer = parameters.Linear(module + ".wo.weight");
    }

    public Tensor Apply(Tensor x, double dropout)
    {
        using var scope = NewDisposeScope();
        var h = activation(inner.Apply(x));
        if (gate is not null) h = h.mul(gate.Apply(x));
        if (dropout > 0) h = F.dropout(h, dropout);
        return outer.Apply(h).MoveToOuterDisposeScope();
    }
}
