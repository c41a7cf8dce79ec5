namespace MergeLab.Merging.Methods.Spectral;

/// <summary>Which singular triples of a residual are kept, and with what values.</summary>
/// <param name="RankFraction">Share of the smaller side, at least one unless 0.</param>
/// <param name="Energy">Instead: share of the squared singular values.</param>
/// <param name="Indices">Instead: these triples, counted from the largest.</param>
/// <param name="Value">In place of their own singular values.</param>
public sealed record ResidualChoice(double RankFraction = 1, double? Energy = null, IReadOnlyList<int>? Indices = null, double? Value = null);

/// <summary>The truncated differences of models from their average (CART, section 4), one a model, with the options of the authors' code.</summary>
public static class CartResiduals
{
    /// <param name="weights">One matrix a model, rows × columns, row-major: weights, or task vectors.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="choice">What is kept.</param>
    /// <param name="centred">False leaves the average in.</param>
    /// <param name="shares">Weighted centring, T·w_t·θ_t − average, which only weights know, not task vectors; null for equal shares.</param>
    public static double[][] Of(IReadOnlyList<double[]> weights, int rows, int columns, ResidualChoice choice, bool centred = true, IReadOnlyList<double>? shares = null)
    {
        using var scope = NewDisposeScope();
        var tensors = weights.Select(w => tensor(w, [rows, columns])).ToList();
        var average = tensors.Aggregate(zeros([rows, columns], ScalarType.Float64), (sum, t) => sum.add_(t)).div_(tensors.Count);
        return
        [
            .. tensors.Select((t, i) =>
            {
                var own = shares is null ? t : t.mul(shares[i] * tensors.Count);
                return Keep(centred ? own.sub(average) : own, choice).contiguous().data<double>().ToArray();
            }),
        ];
    }

    static Tensor Keep(Tensor residual, ResidualChoice choice)
    {
        if (choice.Indices is null && choice.Value is null)
        {
            var rank = choice.Energy is { } energy ? RankShare.OfEnergy(energy, Spectrum.Squares(residual)) : RankShare.Kept(choice.RankFraction, Spectrum.Side(residual));
            return Spectrum.Approximation(residual, rank);
        }
        var (u, s, vt) = Spectrum.Svd(residual);
        var kept = zeros_like(s);
        var values = kept.data<double>().AsSpan();
        var all = choice.Indices ?? [.. Enumerable.Range(0, (int)RankShare.Kept(choice.RankFraction, Spectrum.Side(residual)))];
        foreach (var index in all) values[index] = choice.Value ?? s.data<double>()[index];
        return u.mul(kept).matmul(vt);
    }
}
