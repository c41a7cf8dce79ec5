using MergeLab.Core.Errors;
using MergeLab.Evaluation.Statistics;

namespace MergeLab.Evaluation.Summaries;

/// <summary>Bootstrap percentiles of the mean: low, median and high.</summary>
public readonly record struct RougeInterval(RougeScore Low, RougeScore Mid, RougeScore High);

/// <summary>
/// rouge_score's <c>BootstrapAggregator</c>, whose median is what <c>evaluate</c>'s <c>rouge</c> reports: it depends on the seed. Prefer the
/// mean for results; this is for intervals and for comparison with figures published so.
/// </summary>
public static class RougeAggregate
{
    /// <param name="scores">By example, then measure.</param>
    /// <param name="seed">Of numpy's legacy generator.</param>
    /// <param name="resamples">Means drawn per measure, all measures from one stream in their order.</param>
    /// <param name="confidence">Of low to high.</param>
    public static RougeInterval[] Bootstrap(IReadOnlyList<IReadOnlyList<RougeScore>> scores, uint seed, int resamples = 1000, double confidence = 0.95)
    {
        if (scores.Count == 0 || resamples < 1) throw new ProblemException($"no bootstrap of {scores.Count} scores with {resamples} resamples");
        var random = new MersenneTwister(seed);
        var drawn = new RougeScore[scores.Count];
        var means = new RougeScore[resamples];
        var intervals = new RougeInterval[scores[0].Count];
        for (var measure = 0; measure < intervals.Length; measure++)
        {
            for (var r = 0; r < resamples; r++)
            {
                for (var i = 0; i < drawn.Length; i++) drawn[i] = scores[random.NextIndex(drawn.Length)][measure];
                means[r] = RougeScore.Mean(drawn);
            }
            double[] precision = [.. means.Select(m => m.Precision).Order()], recall = [.. means.Select(m => m.Recall).Order()], fmeasure = [.. means.Select(m => m.Fmeasure).Order()];
            RougeScore At(double q) => new(Statistics.Bootstrap.Quantile(precision, q), Statistics.Bootstrap.Quantile(recall, q), Statistics.Bootstrap.Quantile(fmeasure, q));
            intervals[measure] = new RougeInterval(At((1 - confidence) / 2), At(0.5), At(1 - ((1 - confidence) / 2)));
        }
        return intervals;
    }
}
