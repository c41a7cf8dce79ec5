namespace MergeLab.Evaluation.Statistics;

/// <summary>Confidence interval.</summary>
public readonly record struct Interval(double Low, double High);

/// <summary>Intervals of a share, as of right answers, from its count (Brown, Cai and DasGupta, Interval estimation for a binomial proportion, 2001).</summary>
public static class Proportions
{
    /// <summary>Wilson's score interval: good for small samples, never outside [0, 1].</summary>
    public static Interval Wilson(int count, int n, double confidence = 0.95)
    {
        var (share, z2) = ((double)count / n, Square(Quantile(confidence)));
        var centre = (share + (z2 / (2 * n))) / (1 + (z2 / n));
        var half = Math.Sqrt(z2) / (1 + (z2 / n)) * Math.Sqrt((share * (1 - share) / n) + (z2 / (4.0 * n * n)));
        return new Interval(count == 0 ? 0 : Math.Max(0, centre - half), count == n ? 1 : Math.Min(1, centre + half));
    }

    /// <summary>Clopper and Pearson's: holds its confidence for every share, and is wider for that.</summary>
    public static Interval ClopperPearson(int count, int n, double confidence = 0.95)
    {
        var tail = (1 - confidence) / 2;
        return new Interval(
            count == 0 ? 0 : Distributions.BetaQuantile(tail, count, n - count + 1),
            count == n ? 1 : Distributions.BetaQuantile(1 - tail, count + 1, n - count));
    }

    /// <summary>Quantiles of the posterior under Jeffreys' prior.</summary>
    public static Interval Jeffreys(int count, int n, double confidence = 0.95)
    {
        var tail = (1 - confidence) / 2;
        return new Interval(Distributions.BetaQuantile(tail, count + 0.5, n - count + 0.5), Distributions.BetaQuantile(1 - tail, count + 0.5, n - count + 0.5));
    }

    /// <summary>Agresti and Coull's: the plain interval after adding z²/2 to both outcomes.</summary>
    public static Interval AgrestiCoull(int count, int n, double confidence = 0.95)
    {
        var z2 = Square(Quantile(confidence));
        return Plain((count + (z2 / 2)) / (n + z2), n + z2, z2);
    }

    /// <summary>Wald's plain interval; poor near 0 and 1.</summary>
    public static Interval Normal(int count, int n, double confidence = 0.95) => Plain((double)count / n, n, Square(Quantile(confidence)));

    static Interval Plain(double share, double n, double z2)
    {
        var half = Math.Sqrt(z2 * share * (1 - share) / n);
        return new Interval(Math.Max(0, share - half), Math.Min(1, share + half));
    }

    static double Quantile(double confidence) => Distributions.NormalQuantile((1 - confidence) / 2);

    static double Square(double x) => x * x;
}
