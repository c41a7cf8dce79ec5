namespace MergeLab.Evaluation.Classification;

/// <summary>Linear and rank correlation, in float64 (<c>evaluate</c>'s GLUE metric rounds its input to float32 first).</summary>
public static class Correlation
{
    /// <summary>Pearson's r in [−1, 1]; NaN where a side is constant, holds a NaN, or has fewer than two values.</summary>
    public static double Pearson(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Pairing.Check(x.Count, y.Count);
        if (x.Count < 2 || IsConstant(x) || IsConstant(y)) return double.NaN;
        if (x.Count == 2) return Math.Sign(x[1] - x[0]) * Math.Sign(y[1] - y[0]);
        var (dx, dy) = (Centred(x), Centred(y));
        var (nx, ny) = (Norm(dx), Norm(dy));
        var r = 0.0;
        for (var i = 0; i < dx.Length; i++) r += dx[i] / nx * (dy[i] / ny);
        return double.IsNaN(r) ? r : Math.Clamp(r, -1, 1);
    }

    /// <summary>Spearman's ρ: Pearson's r of the ranks, equal values sharing their average rank.</summary>
    public static double Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y) =>
        x.Any(double.IsNaN) || y.Any(double.IsNaN) ? double.NaN : Pearson(Ranking.Ranks(x), Ranking.Ranks(y));

    static bool IsConstant(IReadOnlyList<double> values) => values.All(v => v == values[0]);

    static double[] Centred(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return [.. values.Select(v => v - mean)];
    }

    /// <summary>Scaled by the largest value, so that neither very large nor very small values lose their squares.</summary>
    static double Norm(double[] values)
    {
        var most = values.Max(Math.Abs);
        return most == 0 ? 0 : most * Math.Sqrt(values.Sum(v => v / most * (v / most)));
    }
}
