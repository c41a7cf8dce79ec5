namespace MergeLab.Evaluation.Summaries;

/// <summary>Precision, recall and their harmonic mean, each in [0, 1].</summary>
public readonly record struct RougeScore(double Precision, double Recall, double Fmeasure)
{
    /// <summary>Of <paramref name="hits"/> units found in both texts; a text without units counts as having one.</summary>
    internal static RougeScore Of(long hits, long predicted, long expected)
    {
        var precision = (double)hits / Math.Max(predicted, 1);
        var recall = (double)hits / Math.Max(expected, 1);
        return new RougeScore(precision, recall, precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0);
    }

    /// <summary>Means of the three figures, summed in order, as rouge_score's callers average.</summary>
    public static RougeScore Mean(IReadOnlyList<RougeScore> scores)
    {
        double precision = 0, recall = 0, fmeasure = 0;
        foreach (var score in scores)
        {
            precision += score.Precision;
            recall += score.Recall;
            fmeasure += score.Fmeasure;
        }
        return new RougeScore(precision / scores.Count, recall / scores.Count, fmeasure / scores.Count);
    }
}
