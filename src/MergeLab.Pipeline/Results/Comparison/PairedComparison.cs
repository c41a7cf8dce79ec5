using MergeLab.Evaluation.Statistics;

namespace MergeLab.Results.Comparison;

/// <summary>Two systems on the same examples: is the mean difference more than chance? Every draw comes from a fixed seed.</summary>
public static class PairedComparison
{
    public const ulong Seed = 17;
    public const int Resamples = 9_999;

    /// <summary>Exact McNemar where all values are 0 or 1, else a sign-flip permutation test; two-sided.</summary>
    /// <param name="differences">Right less left, example by example.</param>
    /// <param name="binary">All values are 0 or 1.</param>
    /// <param name="flips">Sign patterns drawn where not all are tried.</param>
    public static (string Name, double P) Test(IReadOnlyList<double> differences, bool binary, int flips = Resamples) => binary
        ? ("mcnemar", PairedTests.McNemarExact(differences.Count(d => d > 0), differences.Count(d => d < 0)))
        : ("sign-flip", SignFlip(differences, flips));

    /// <summary>95 % interval of the mean, by the BCa bootstrap.</summary>
    public static Interval MeanInterval(IReadOnlyList<double> differences, int resamples = Resamples)
    {
        // BCa divides by the spread of the sample; without any, the mean is certain.
        if (differences.All(d => d == differences[0])) return new Interval(differences[0], differences[0]);
        return new Bootstrap(differences, Mean, resamples, Seed).Bca();
    }

    public static double Mean(ReadOnlySpan<double> sample)
    {
        var sum = 0.0;
        foreach (var value in sample) sum += value;
        return sum / sample.Length;
    }

    static double SignFlip(IReadOnlyList<double> differences, int flips)
    {
        const int mostExact = 16; // 65,536 patterns; beyond, drawing is as good and cheaper
        // A difference of 0 is the same with either sign: leaving it out changes no pattern's sum.
        double[] moved = [.. differences.Where(d => d != 0)];
        if (moved.Length == 0) return 1;
        return moved.Length <= mostExact ? PairedTests.SignFlips(moved, new double[moved.Length]).P : Drawn(moved, flips);
    }

    /// <summary>The observed pattern counts as one of those drawn, so that p is never 0 and the test keeps its level (Phipson and Smyth, 2010).</summary>
    static double Drawn(double[] moved, int flips)
    {
        const double slack = 1e-12; // sums in another order differ in their last bits
        var observed = Math.Abs(moved.Sum()) * (1 - slack);
        var random = new PermutedCongruential(Seed);
        var extreme = 1;
        for (var flip = 0; flip < flips; flip++)
        {
            var (sum, signs) = (0.0, 0UL);
            for (var i = 0; i < moved.Length; i++)
            {
                if (i % 64 == 0) signs = random.NextUInt64();
                sum += (signs & 1) == 0 ? moved[i] : -moved[i];
                signs >>= 1;
            }
            if (Math.Abs(sum) >= observed) extreme++;
        }
        return (double)extreme / (flips + 1);
    }
}
