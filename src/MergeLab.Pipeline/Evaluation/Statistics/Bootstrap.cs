using MergeLab.Core.Errors;

namespace MergeLab.Evaluation.Statistics;

/// <summary>A statistic of a sample.</summary>
public delegate double SampleStatistic(ReadOnlySpan<double> sample);

/// <summary>
/// The bootstrap (Efron, 1979) of one sample: the statistic of samples of the same size drawn from it with replacement, by the generator of
/// numpy's <c>default_rng</c>, so a seed gives scipy's distribution.
/// </summary>
public sealed class Bootstrap
{
    readonly double[] _sample;
    readonly SampleStatistic _statistic;
    readonly double[] _distribution;
    readonly double[] _sorted;

    /// <exception cref="ProblemException">An empty sample, or no resample.</exception>
    public Bootstrap(IReadOnlyList<double> sample, SampleStatistic statistic, int resamples = 9999, ulong seed = 0)
    {
        if (sample.Count == 0 || resamples < 1) throw new ProblemException($"no bootstrap of {sample.Count} values with {resamples} resamples");
        _sample = [.. sample];
        _statistic = statistic;
        Observed = statistic(_sample);
        var random = new PermutedCongruential(seed);
        var drawn = new double[_sample.Length];
        _distribution = new double[resamples];
        for (var r = 0; r < resamples; r++)
        {
            for (var i = 0; i < drawn.Length; i++) drawn[i] = _sample[random.NextIndex(drawn.Length)];
            _distribution[r] = statistic(drawn);
        }
        _sorted = [.. _distribution.Order()];
    }

    /// <summary>Of the sample itself.</summary>
    public double Observed { get; }

    /// <summary>Of the resamples, in the order they were drawn.</summary>
    public IReadOnlyList<double> Distribution => _distribution;

    public double StandardError
    {
        get
        {
            var mean = _distribution.Average();
            return Math.Sqrt(_distribution.Sum(d => (d - mean) * (d - mean)) / (_distribution.Length - 1));
        }
    }

    /// <summary>z₀: how far the resamples lie to one side of the sample, as a normal quantile.</summary>
    public double Bias => Distributions.NormalQuantile((_distribution.Count(d => d < Observed) + _distribution.Count(d => d <= Observed)) / (2.0 * _distribution.Length));

    /// <summary>a: how the statistic's spread changes with its value, from leaving out one value at a time.</summary>
    public double Acceleration
    {
        get
        {
            var left = new double[_sample.Length - 1];
            var jackknife = new double[_sample.Length];
            for (var i = 0; i < jackknife.Length; i++)
            {
                _sample.AsSpan(0, i).CopyTo(left);
                _sample.AsSpan(i + 1).CopyTo(left.AsSpan(i));
                jackknife[i] = _statistic(left);
            }
            var mean = jackknife.Average();
            double squares = 0, cubes = 0;
            foreach (var value in jackknife)
            {
                var u = mean - value;
                squares += u * u;
                cubes += u * u * u;
            }
            return cubes / (6 * Math.Pow(squares, 1.5));
        }
    }

    public Interval Percentile(double confidence = 0.95) => new(Quantile(_sorted, (1 - confidence) / 2), Quantile(_sorted, 1 - ((1 - confidence) / 2)));

    /// <summary>The percentile interval mirrored at the observed value.</summary>
    public Interval Basic(double confidence = 0.95)
    {
        var percentile = Percentile(confidence);
        return new Interval((2 * Observed) - percentile.High, (2 * Observed) - percentile.Low);
    }

    /// <summary>Bias-corrected and accelerated (Efron, Better bootstrap confidence intervals, 1987).</summary>
    public Interval Bca(double confidence = 0.95)
    {
        var (bias, acceleration, z) = (Bias, Acceleration, Distributions.NormalQuantile((1 - confidence) / 2));
        double Level(double side) => Distributions.Normal(bias + ((bias + side) / (1 - (acceleration * (bias + side)))));
        return new Interval(Quantile(_sorted, Level(z)), Quantile(_sorted, Level(-z)));
    }

    /// <summary>Quantile by linear interpolation at (N−1)q, in numpy's order of operations.</summary>
    public static double Quantile(ReadOnlySpan<double> sorted, double q)
    {
        if (double.IsNaN(q)) return double.NaN;
        var position = (sorted.Length - 1) * q;
        var index = Math.Clamp((int)position, 0, sorted.Length - 1);
        var (low, high, t) = (sorted[index], sorted[Math.Min(index + 1, sorted.Length - 1)], position - index);
        return t < 0.5 ? low + ((high - low) * t) : high - ((high - low) * (1 - t));
    }
}
