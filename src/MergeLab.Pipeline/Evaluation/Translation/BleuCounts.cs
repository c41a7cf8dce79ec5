namespace MergeLab.Evaluation.Translation;

/// <summary>What BLEU needs to know of a segment, or of several added up.</summary>
/// <param name="Matches">By order less one: n-grams of the hypothesis that a reference holds, clipped.</param>
/// <param name="Totals">By order less one: n-grams of the hypothesis.</param>
/// <param name="HypothesisLength">In tokens.</param>
/// <param name="ReferenceLength">Tokens of the reference chosen for the brevity penalty.</param>
public sealed record BleuCounts(int[] Matches, int[] Totals, int HypothesisLength, int ReferenceLength)
{
    public static BleuCounts Sum(IEnumerable<BleuCounts> segments, int orders)
    {
        var sum = new BleuCounts(new int[orders], new int[orders], 0, 0);
        foreach (var segment in segments)
        {
            for (var n = 0; n < orders; n++)
            {
                sum.Matches[n] += segment.Matches[n];
                sum.Totals[n] += segment.Totals[n];
            }
            sum = sum with { HypothesisLength = sum.HypothesisLength + segment.HypothesisLength, ReferenceLength = sum.ReferenceLength + segment.ReferenceLength };
        }
        return sum;
    }
}

/// <summary>Which reference's length the brevity penalty looks at.</summary>
enum ReferenceLengthRule
{
    /// <summary>The one nearest to the hypothesis's, the shorter of two as near (sacrebleu).</summary>
    Closest,

    /// <summary>The shortest (evaluate).</summary>
    Shortest,
}
