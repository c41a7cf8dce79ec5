namespace MergeLab.Merging.Methods.Spectral;

/// <summary>How the kept singular values of a residual are scaled before interference is measured; the paper leaves it open.</summary>
public enum SpectrumScale
{
    /// <summary>Over √Σ s² of the kept ones: rows of unit Frobenius norm.</summary>
    UnitFrobenius,

    /// <summary>Over Σ s of all.</summary>
    Sum,

    /// <summary>Over the largest.</summary>
    First,
}

/// <summary>What truncation to rank k loses, and how much the residuals interfere.</summary>
/// <param name="K">Kept singular triples of each residual.</param>
/// <param name="Reconstruction">R(k) = Σ_t Σ_{a>k} σ²_{t,a}.</param>
/// <param name="Interference">I(k) = Σ_{i≠j} ‖(S̃V^T)_i·(S̃V^T)_jᵀ‖_F over ordered pairs.</param>
public sealed record CartMeasure(int K, double Reconstruction, double Interference);

/// <summary>The diagnostics of CART (Choi et al. 2024, section 5) of one weight matrix, from its task vectors or its weights alike.</summary>
public static class CartMeasures
{
    /// <param name="matrices">One a model, each rows × columns, row-major.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="scale">Reading of the normalised singular values.</param>
    /// <returns>k = 0, 1, …, the smaller side.</returns>
    public static IReadOnlyList<CartMeasure> Of(IReadOnlyList<double[]> matrices, int rows, int columns, SpectrumScale scale) =>
        Of(matrices, rows, columns, scale, [.. Enumerable.Range(0, Math.Min(rows, columns) + 1)]);

    /// <summary>As the other, for some ranks only: one of them costs k² a pair of models.</summary>
    /// <param name="ranks">Between 0 and the smaller side.</param>
    public static IReadOnlyList<CartMeasure> Of(IReadOnlyList<double[]> matrices, int rows, int columns, SpectrumScale scale, IReadOnlyList<int> ranks)
    {
        using var scope = NewDisposeScope();
        var tensors = matrices.Select(m => tensor(m, [rows, columns])).ToList();
        var average = tensors.Aggregate(zeros([rows, columns], ScalarType.Float64), (sum, t) => sum.add_(t)).div_(tensors.Count);
        var svds = tensors.Select(t => Spectrum.Svd(t.sub(average))).ToList();
        var values = svds.Select(d => d.S.data<double>().ToArray()).ToArray();
        var overlaps = Overlaps([.. svds.Select(d => d.Vt)]);
        return [.. ranks.Select(k => new CartMeasure(k, Lost(values, k), Interference(values, overlaps, k, scale)))];
    }

    /// <summary>Squares of (V_iᵀV_j) for all pairs i &lt; j: they do not depend on k.</summary>
    static Dictionary<(int, int), double[]> Overlaps(IReadOnlyList<Tensor> vt)
    {
        var overlaps = new Dictionary<(int, int), double[]>();
        for (var i = 0; i < vt.Count; i++)
            for (var j = i + 1; j < vt.Count; j++) overlaps[(i, j)] = vt[i].matmul(vt[j].mT).square().data<double>().ToArray();
        return overlaps;
    }

    static double Lost(double[][] values, int k) => values.Sum(s => s.Skip(k).Sum(v => v * v));

    static double Interference(double[][] values, Dictionary<(int, int), double[]> overlaps, int k, SpectrumScale scale)
    {
        var scaled = values.Select(s => Scaled(s, k, scale)).ToArray();
        var total = 0.0;
        foreach (var ((i, j), squares) in overlaps)
        {
            var (sum, side) = (0.0, values[i].Length);
            for (var a = 0; a < k; a++)
                for (var b = 0; b < k; b++) sum += scaled[i][a] * scaled[i][a] * scaled[j][b] * scaled[j][b] * squares[a * side + b];
            total += 2 * Math.Sqrt(sum);
        }
        return total;
    }

    static double[] Scaled(double[] s, int k, SpectrumScale scale)
    {
        var kept = s.Take(k).ToArray();
        var unit = scale switch
        {
            SpectrumScale.Sum => s.Sum(),
            SpectrumScale.First => s[0],
            _ => Math.Sqrt(kept.Sum(v => v * v)),
        };
        return unit == 0 ? kept : Array.ConvertAll(kept, v => v / unit);
    }
}
