namespace MergeLab.Evaluation.Statistics;

/// <summary>p-values adjusted for being one of several; in the order given. Reject where an adjusted value is at most α.</summary>
public static class Corrections
{
    public static double[] Bonferroni(IReadOnlyList<double> p) => [.. p.Select(x => Math.Min(1, x * p.Count))];

    /// <summary>Holm's step-down (1979): keeps the chance of any false rejection at α.</summary>
    public static double[] Holm(IReadOnlyList<double> p)
    {
        var (order, adjusted) = (Ascending(p), new double[p.Count]);
        var running = 0.0;
        for (var i = 0; i < order.Length; i++)
        {
            running = Math.Max(running, p[order[i]] * (p.Count - i));
            adjusted[order[i]] = Math.Min(1, running);
        }
        return adjusted;
    }

    /// <summary>Hochberg's step-up (1988), for independent or positively dependent tests.</summary>
    public static double[] Hochberg(IReadOnlyList<double> p) => StepUp(p, (i, n) => n - i);

    /// <summary>Benjamini and Hochberg (1995): keeps the expected share of false rejections at α.</summary>
    public static double[] BenjaminiHochberg(IReadOnlyList<double> p) => StepUp(p, (i, n) => n / (i + 1.0));

    /// <summary>Benjamini and Yekutieli (2001): the same under any dependence.</summary>
    public static double[] BenjaminiYekutieli(IReadOnlyList<double> p)
    {
        var harmonic = Enumerable.Range(1, p.Count).Sum(i => 1.0 / i);
        return StepUp(p, (i, n) => harmonic * n / (i + 1));
    }

    static double[] StepUp(IReadOnlyList<double> p, Func<int, int, double> factor)
    {
        var (order, adjusted) = (Ascending(p), new double[p.Count]);
        var running = 1.0;
        for (var i = order.Length - 1; i >= 0; i--) adjusted[order[i]] = running = Math.Min(running, p[order[i]] * factor(i, p.Count));
        return adjusted;
    }

    static int[] Ascending(IReadOnlyList<double> p) => [.. Enumerable.Range(0, p.Count).OrderBy(i => p[i])];
}
