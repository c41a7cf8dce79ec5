namespace MergeLab.Evaluation.Statistics;

/// <param name="Statistic">t of the mean difference.</param>
/// <param name="P">Two-sided.</param>
/// <param name="PLess">That the mean difference is below 0 only by chance.</param>
/// <param name="PGreater">That it is above 0 only by chance.</param>
/// <param name="Degrees">Pairs less one.</param>
/// <param name="Low">Of the confidence interval of the mean difference.</param>
/// <param name="High">Of the confidence interval of the mean difference.</param>
public readonly record struct PairedT(double Statistic, double P, double PLess, double PGreater, int Degrees, double Low, double High);

/// <param name="Positive">Differences above 0.</param>
/// <param name="NonZero">Differences other than 0.</param>
/// <param name="P">Two-sided, exact.</param>
public readonly record struct Sign(int Positive, int NonZero, double P);

/// <param name="Statistic">Mean difference.</param>
/// <param name="P">Two-sided, exact.</param>
/// <param name="Permutations">Sign patterns looked at: all.</param>
public readonly record struct SignFlip(double Statistic, double P, int Permutations);

/// <summary>Tests of two systems on the same examples, from the differences of their scores.</summary>
public static class PairedTests
{
    const int MostFlipped = 24;

    /// <summary>Equal statistics may differ in their last bits by the order of summation; this much of them counts as equal.</summary>
    const double SameStatistic = 1e-14;

    static double[] Differences(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        Pairing.Check(a.Count, b.Count);
        return [.. a.Select((x, i) => x - b[i])];
    }

    /// <summary>Student's paired t-test. All differences equal: t is ±∞ and p 0, or both NaN where they are 0; one pair: NaN.</summary>
    public static PairedT T(IReadOnlyList<double> a, IReadOnlyList<double> b, double confidence = 0.95)
    {
        var differences = Differences(a, b);
        var degrees = differences.Length - 1;
        if (degrees < 1) return new PairedT(double.NaN, double.NaN, double.NaN, double.NaN, degrees, double.NaN, double.NaN);
        var mean = differences.Average();
        var error = Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / degrees / differences.Length);
        var t = mean / error;
        var p = Distributions.StudentTwoSided(t, degrees);
        var half = Distributions.StudentTwoSidedQuantile(1 - confidence, degrees) * error;
        return new PairedT(t, p, t < 0 ? p / 2 : 1 - (p / 2), t > 0 ? p / 2 : 1 - (p / 2), degrees, mean - half, mean + half);
    }

    /// <summary>Exact sign test; equal pairs are left out.</summary>
    public static Sign Sign(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        var differences = Differences(a, b);
        var (positive, nonZero) = (differences.Count(d => d > 0), differences.Count(d => d != 0));
        return new Sign(positive, nonZero, FairCoinsTwoSided(positive, nonZero));
    }

    /// <summary>McNemar's exact test: of the examples only one system gets right, are too many the same one's?</summary>
    /// <param name="onlyA">Examples only the first system gets right.</param>
    /// <param name="onlyB">Examples only the second does.</param>
    public static double McNemarExact(int onlyA, int onlyB) => FairCoinsTwoSided(onlyA, onlyA + onlyB);

    /// <summary>McNemar's χ² statistic and p, with Edwards' correction if asked for. Statistic 0/0 is NaN; corrected it is ∞ and p 0, as statsmodels has it.</summary>
    public static (double Statistic, double P) McNemar(int onlyA, int onlyB, bool corrected)
    {
        var distance = Math.Abs((double)onlyA - onlyB) - (corrected ? 1 : 0);
        var statistic = distance * distance / ((double)onlyA + onlyB);
        return (statistic, Distributions.ChiSquareTail(statistic, 1));
    }

    /// <summary>Exact permutation test of the mean difference: all 2ⁿ ways to exchange the two systems example by example.</summary>
    /// <exception cref="MergeLab.Core.Errors.ProblemException">More than 24 pairs, which is too many to try all.</exception>
    public static SignFlip SignFlips(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        var differences = Differences(a, b);
        if (differences.Length > MostFlipped)
            throw new Core.Errors.ProblemException($"{differences.Length} pairs have too many sign patterns to try all", remedy: "use the t-test or Wilcoxon's test");
        var observed = differences.Sum();
        var slack = Math.Abs(SameStatistic * observed);
        int less = 0, greater = 0, patterns = 1 << differences.Length;
        for (var pattern = 0; pattern < patterns; pattern++)
        {
            var sum = 0.0;
            for (var i = 0; i < differences.Length; i++) sum += (pattern >> i & 1) == 0 ? differences[i] : -differences[i];
            if (sum <= observed + slack) less++;
            if (sum >= observed - slack) greater++;
        }
        return new SignFlip(observed / differences.Length, Math.Min(1, 2.0 * Math.Min(less, greater) / patterns), patterns);
    }

    static double FairCoinsTwoSided(int k, int n) => Math.Min(1, 2 * Distributions.FairCoins(Math.Min(k, n - k), n));
}
