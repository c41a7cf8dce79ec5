using MergeLab.Evaluation.Classification;

namespace MergeLab.Evaluation.Statistics;

/// <summary>What becomes of differences of 0.</summary>
public enum ZeroRule
{
    /// <summary>Left out.</summary>
    Wilcox,

    /// <summary>Ranked, then their ranks are left out (Pratt, 1959).</summary>
    Pratt,

    /// <summary>Ranked, half of their ranks to each side.</summary>
    Zsplit,
}

/// <summary>Where the p-value comes from.</summary>
public enum WilcoxonMethod
{
    /// <summary>What the data allow: see <see cref="Wilcoxon.Test"/>.</summary>
    Auto,

    /// <summary>The distribution without ties, whether there are any or not.</summary>
    Exact,

    /// <summary>The normal distribution.</summary>
    Asymptotic,
}

/// <param name="Statistic">The smaller of the two rank sums.</param>
/// <param name="P">Two-sided.</param>
public readonly record struct WilcoxonResult(double Statistic, double P);

/// <summary>Wilcoxon's signed-rank test as scipy 1.17 computes it. Differences tie only if they are equal to the last bit.</summary>
public static class Wilcoxon
{
    const int MostForExact = 50;
    const int MostForFlips = 13;

    /// <summary>
    /// Auto: above 50 pairs asymptotic; without ties and zeros exact; else up to 13 pairs by all sign patterns; else asymptotic.
    /// </summary>
    public static WilcoxonResult Test(
        IReadOnlyList<double> a, IReadOnlyList<double> b, ZeroRule zeros = ZeroRule.Wilcox, bool correction = false, WilcoxonMethod method = WilcoxonMethod.Auto)
    {
        Pairing.Check(a.Count, b.Count);
        double[] differences = [.. a.Select((x, i) => x - b[i])];
        var ranked = new SignedRanks(differences, zeros);
        var statistic = Math.Min(ranked.Plus, ranked.Minus);
        return new WilcoxonResult(statistic, method switch
        {
            WilcoxonMethod.Exact => Exact(ranked),
            WilcoxonMethod.Asymptotic => Asymptotic(ranked, zeros, correction),
            _ when differences.Length > MostForExact => Asymptotic(ranked, zeros, correction),
            _ when ranked.Zeros == 0 && !ranked.HasTies => Exact(ranked),
            _ when differences.Length <= MostForFlips => Flips(ranked, zeros),
            _ => Asymptotic(ranked, zeros, correction),
        });
    }

    sealed class SignedRanks
    {
        public SignedRanks(double[] differences, ZeroRule rule)
        {
            Zeros = differences.Count(d => d == 0);
            Differences = rule == ZeroRule.Wilcox ? [.. differences.Where(d => d != 0)] : differences;
            double[] sizes = [.. Differences.Select(Math.Abs)];
            Ranks = Ranking.Ranks(sizes);
            (Plus, Minus) = Sums(Differences, Ranks, rule);
            foreach (var (size, count) in sizes.CountBy(s => s))
            {
                if (rule == ZeroRule.Pratt && size == 0) continue;
                HasTies |= count > 1;
                TieTerm += ((double)count * count * count) - count;
            }
        }

        public double[] Differences { get; }
        public double[] Ranks { get; }
        public int Zeros { get; }
        public bool HasTies { get; }
        public double TieTerm { get; }
        public double Plus { get; }
        public double Minus { get; }
        public int Count => Ranks.Length;

        public static (double Plus, double Minus) Sums(double[] differences, double[] ranks, ZeroRule rule)
        {
            double plus = 0, minus = 0, none = 0;
            for (var i = 0; i < ranks.Length; i++)
            {
                if (differences[i] > 0) plus += ranks[i];
                else if (differences[i] < 0) minus += ranks[i];
                else none += ranks[i];
            }
            return rule == ZeroRule.Zsplit ? (plus + (none / 2), minus + (none / 2)) : (plus, minus);
        }
    }

    /// <summary>From the distribution of the sum of those of 1…n that n fair coins choose.</summary>
    static double Exact(SignedRanks ranked)
    {
        var n = ranked.Count;
        var largest = n * (n + 1) / 2;
        var chance = new double[largest + 1];
        chance[0] = 1;
        for (int rank = 1, reached = 0; rank <= n; rank++)
        {
            reached += rank;
            for (var sum = reached; sum >= 0; sum--) chance[sum] = 0.5 * (chance[sum] + (sum >= rank ? chance[sum - rank] : 0));
        }
        var atMost = chance.AsSpan(0, (int)Math.Ceiling(ranked.Plus) + 1);
        var atLeast = chance.AsSpan((int)Math.Floor(ranked.Plus));
        return Math.Min(1, 2 * Math.Min(Sum(atMost), Sum(atLeast)));
    }

    static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum;
    }

    static double Flips(SignedRanks ranked, ZeroRule zeros)
    {
        var flipped = new double[ranked.Count];
        int less = 0, greater = 0, patterns = 1 << ranked.Count;
        for (var pattern = 0; pattern < patterns; pattern++)
        {
            for (var i = 0; i < flipped.Length; i++) flipped[i] = (pattern >> i & 1) == 0 ? ranked.Differences[i] : -ranked.Differences[i];
            var (plus, _) = SignedRanks.Sums(flipped, ranked.Ranks, zeros);
            if (plus <= ranked.Plus) less++;
            if (plus >= ranked.Plus) greater++;
        }
        return Math.Min(1, 2.0 * Math.Min(less, greater) / patterns);
    }

    static double Asymptotic(SignedRanks ranked, ZeroRule zeros, bool correction)
    {
        double n = ranked.Count, none = zeros == ZeroRule.Pratt ? ranked.Zeros : 0;
        var mean = ((n * (n + 1)) - (none * (none + 1))) / 4;
        var variance = ((n * (n + 1) * ((2 * n) + 1)) - (none * (none + 1) * ((2 * none) + 1)) - (ranked.TieTerm / 2)) / 24;
        var error = Math.Sqrt(variance);
        var z = (ranked.Plus - mean) / error;
        if (correction && z != 0) z -= Math.CopySign(0.5 / error, z);
        return 2 * Distributions.NormalTail(Math.Abs(z));
    }
}
