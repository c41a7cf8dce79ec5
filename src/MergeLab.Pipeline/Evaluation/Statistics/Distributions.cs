namespace MergeLab.Evaluation.Statistics;

/// <summary>
/// Tail probabilities and quantiles, by the series and continued fractions of Abramowitz and Stegun (6.5.29, 6.5.31, 26.5.8); relative
/// accuracy about 1e-13 also far out in the tails.
/// </summary>
public static class Distributions
{
    const double Tiny = 1e-300;
    const double Enough = 1e-16;
    const int MostTerms = 1_000_000;

    static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>ln Γ(x) for x &gt; 0 (Lanczos, 1964, g = 7).</summary>
    internal static double LogGamma(double x)
    {
        if (x < 0.5) return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1 - x);
        x--;
        var sum = Lanczos[0];
        for (var i = 1; i < Lanczos.Length; i++) sum += Lanczos[i] / (x + i);
        var t = x + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    /// <summary>P(χ² &gt; x) with the given degrees of freedom.</summary>
    public static double ChiSquareTail(double x, double degrees) => double.IsNaN(x) ? double.NaN : x <= 0 ? 1 : GammaTail(degrees / 2, x / 2);

    /// <summary>P(Z ≤ z) of the standard normal distribution.</summary>
    public static double Normal(double z) => z > 0 ? 1 - NormalTail(z) : NormalTail(-z);

    /// <summary>P(Z &gt; z).</summary>
    public static double NormalTail(double z) => double.IsNaN(z) ? double.NaN : z < 0 ? 1 - NormalTail(-z) : GammaTail(0.5, z * z / 2) / 2;

    /// <summary>The z with P(Z ≤ z) = p.</summary>
    public static double NormalQuantile(double p) => p switch
    {
        0 => double.NegativeInfinity,
        1 => double.PositiveInfinity,
        > 0.5 => -NormalQuantile(1 - p),
        _ => -Bisect(z => NormalTail(z) <= p, 0, 40),
    };

    /// <summary>P(|T| &gt; |t|) of Student's distribution.</summary>
    public static double StudentTwoSided(double t, double degrees) =>
        double.IsNaN(t) ? double.NaN : double.IsInfinity(t) ? 0 : Beta(degrees / (degrees + (t * t)), degrees / 2, 0.5);

    /// <summary>The t with P(|T| &gt; t) = p.</summary>
    public static double StudentTwoSidedQuantile(double p, double degrees) => Bisect(t => StudentTwoSided(t, degrees) <= p, 0, 1e12);

    /// <summary>The x with I_x(a, b) = p.</summary>
    public static double BetaQuantile(double p, double a, double b) => Bisect(x => Beta(x, a, b) >= p, 0, 1);

    /// <summary>P(X ≤ k) of n fair coins.</summary>
    public static double FairCoins(int k, int n) => k < 0 ? 0 : k >= n ? 1 : Beta(0.5, n - k, k + 1);

    /// <summary>The regularised incomplete beta function I_x(a, b).</summary>
    public static double Beta(double x, double a, double b)
    {
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        var scale = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * LogOneMinus(x)));
        return x < (a + 1) / (a + b + 2) ? scale * BetaFraction(x, a, b) / a : 1 - (scale * BetaFraction(1 - x, b, a) / b);
    }

    /// <summary>ln(1 − x) without the loss of 1 − x for small x.</summary>
    static double LogOneMinus(double x)
    {
        var rest = 1 - x;
        return rest == 1 ? -x : Math.Log(rest) * (x / (1 - rest));
    }

    static double BetaFraction(double x, double a, double b)
    {
        var (c, d) = (1.0, Reciprocal(1 - ((a + b) * x / (a + 1))));
        var value = d;
        for (var m = 1; m < MostTerms; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = Reciprocal(1 + (even * d));
            c = NotZero(1 + (even / c));
            value *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = Reciprocal(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            value *= d * c;
            if (Math.Abs((d * c) - 1) < Enough) break;
        }
        return value;
    }

    /// <summary>The regularised upper incomplete gamma function Q(a, x).</summary>
    static double GammaTail(double a, double x)
    {
        if (x == 0) return 1;
        if (double.IsInfinity(x)) return 0;
        var scale = Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
        if (x < a + 1)
        {
            double term = 1 / a, sum = term;
            for (var n = 1; term > sum * Enough && n < MostTerms; n++) sum += term *= x / (a + n);
            return 1 - (sum * scale);
        }
        var b = x + 1 - a;
        var (c, d) = (1 / Tiny, 1 / b);
        var value = d;
        for (var n = 1; n < MostTerms; n++)
        {
            var factor = -n * (n - a);
            b += 2;
            d = Reciprocal((factor * d) + b);
            c = NotZero(b + (factor / c));
            value *= d * c;
            if (Math.Abs((d * c) - 1) < Enough) break;
        }
        return scale * value;
    }

    static double NotZero(double x) => Math.Abs(x) < Tiny ? Tiny : x;

    static double Reciprocal(double x) => 1 / NotZero(x);

    /// <summary>Where a condition turns from false to true, to the last bit.</summary>
    static double Bisect(Func<double, bool> reached, double low, double high)
    {
        while (true)
        {
            var middle = low + ((high - low) / 2);
            if (middle <= low || middle >= high) return high;
            if (reached(middle)) high = middle;
            else low = middle;
        }
    }
}
