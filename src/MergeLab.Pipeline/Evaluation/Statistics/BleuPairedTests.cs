using MergeLab.Evaluation.Translation;

namespace MergeLab.Evaluation.Statistics;

/// <summary>A system's score under resampling: mean and half the width of the 95 % interval.</summary>
public readonly record struct ResampledScore(double Mean, double HalfWidth);

/// <summary>
/// sacrebleu's tests of a system against a baseline by corpus BLEU, from the counts of their lines. A seed gives sacrebleu's draws (it takes
/// seed 0 to mean a random one; here 0 is a seed).
/// </summary>
public static class BleuPairedTests
{
    /// <summary>Paired bootstrap (Koehn, Statistical significance tests for machine translation evaluation, 2004).</summary>
    public static (double P, ResampledScore Baseline, ResampledScore System) Bootstrap(
        IReadOnlyList<BleuCounts> baseline, IReadOnlyList<BleuCounts> system, BleuOptions options, int samples = 1000, ulong seed = 12345)
    {
        Pairing.Check(system.Count, baseline.Count);
        var real = Math.Abs(Score(baseline, options) - Score(system, options));
        var random = new PermutedCongruential(seed);
        double[] a = new double[samples], b = new double[samples], distances = new double[samples];
        var lines = new int[baseline.Count];
        for (var s = 0; s < samples; s++)
        {
            for (var i = 0; i < lines.Length; i++) lines[i] = random.NextIndex(lines.Length);
            a[s] = Score(lines.Select(l => baseline[l]), options);
            b[s] = Score(lines.Select(l => system[l]), options);
            distances[s] = Math.Abs(a[s] - b[s]);
        }
        var mean = distances.Average();
        return (P(distances.Count(d => d - mean > real), samples), Resampled(a), Resampled(b));
    }

    /// <summary>Approximate randomisation (Riezler and Maxwell, 2005): each line's two translations change places or not.</summary>
    public static double Randomisation(IReadOnlyList<BleuCounts> baseline, IReadOnlyList<BleuCounts> system, BleuOptions options, int samples = 10000, ulong seed = 12345)
    {
        Pairing.Check(system.Count, baseline.Count);
        var real = Math.Abs(Score(baseline, options) - Score(system, options));
        var kept = new bool[samples * (long)baseline.Count];
        new PermutedCongruential(seed).Fill(kept);
        var beyond = 0;
        for (var s = 0; s < samples; s++)
        {
            var row = s * baseline.Count;
            var a = Score(baseline.Select((line, i) => kept[row + i] ? line : system[i]), options);
            var b = Score(baseline.Select((line, i) => kept[row + i] ? system[i] : line), options);
            if (Math.Abs(a - b) > real) beyond++;
        }
        return P(beyond, samples);
    }

    static double Score(IEnumerable<BleuCounts> lines, BleuOptions options) => Bleu.Compute(BleuCounts.Sum(lines, options.MaxOrder), options, 1).Score;

    static double P(int beyond, int samples) => (beyond + 1.0) / (samples + 1.0);

    static ResampledScore Resampled(double[] scores)
    {
        double[] sorted = [.. scores.Order()];
        var tail = sorted.Length / 40;
        return new ResampledScore(sorted.Average(), (sorted[^(tail + 1)] - sorted[tail]) / 2);
    }
}
