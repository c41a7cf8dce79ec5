namespace MergeLab.Models.Common;

/// <summary>y = xWᵀ + Σ s·(xAᵀ)Bᵀ: a linear layer without bias, with the low-rank terms of any number of adapters.</summary>
/// <param name="weight">[outputs, inputs]</param>
public sealed class Linear(Tensor weight)
{
    readonly List<LowRankTerm> terms = [];

    /// <summary>[outputs, inputs]</summary>
    public Tensor Weight => weight;

    public IReadOnlyList<LowRankTerm> Terms => terms;

    /// <param name="x">[..., inputs]</param>
    /// <returns>[..., outputs]</returns>
    public Tensor Apply(Tensor x)
    {
        if (terms.Count == 0) return F.linear(x, weight);
        using var scope = NewDisposeScope();
        var y = F.linear(x, weight);
        foreach (var term in terms) y = y.add(F.linear(F.linear(x, term.A), term.B), term.Scale);
        return y.MoveToOuterDisposeScope();
    }

    internal void Add(LowRankTerm term) => terms.Add(term);

    internal void Remove(LowRankTerm term) => terms.Remove(term);
}
