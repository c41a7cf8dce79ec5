using MergeLab.Core.Errors;

namespace MergeLab.Evaluation.Translation;

/// <summary>A BLEU score under the names of <c>evaluate</c>'s <c>bleu</c>.</summary>
/// <param name="Bleu">0 to 1.</param>
/// <param name="Precisions">0 to 1, by order.</param>
/// <param name="BrevityPenalty">1 unless the predictions are shorter than the references.</param>
/// <param name="LengthRatio">Predicted to reference tokens.</param>
/// <param name="TranslationLength">Tokens of the predictions.</param>
/// <param name="ReferenceLength">Tokens of each prediction's shortest reference.</param>
public sealed record EvaluateBleuScore(double Bleu, double[] Precisions, double BrevityPenalty, double LengthRatio, int TranslationLength, int ReferenceLength);

/// <summary>
/// BLEU as <c>evaluate</c>'s <c>bleu</c> computes it: tensorflow/nmt's <c>compute_bleu</c> over 13a tokens. Unlike sacrebleu it takes the
/// shortest reference's length and does not smooth unless told.
/// </summary>
public static class EvaluateBleu
{
    /// <exception cref="ProblemException">Lengths differ, a line has no reference, or there is no token to score.</exception>
    public static EvaluateBleuScore Corpus(
        IReadOnlyList<string> predictions, IReadOnlyList<IReadOnlyList<string>> references, int maxOrder = 4, bool smooth = false, int threads = 1) =>
        Corpus(BleuCounts.Sum(CountAll(predictions, references, maxOrder, threads: threads), maxOrder), maxOrder, smooth);

    /// <exception cref="ProblemException">There is no token to score.</exception>
    public static EvaluateBleuScore Corpus(BleuCounts sum, int maxOrder, bool smooth)
    {
        if (sum.HypothesisLength == 0 || sum.ReferenceLength == 0)
        {
            throw new ProblemException($"bleu is not defined: no word in the {(sum.HypothesisLength == 0 ? "predictions" : "references")}",
                why: "the ratio of the lengths has no value", remedy: "check the files, or use sacrebleu, which scores 0");
        }
        return Compute(sum, maxOrder, smooth);
    }

    /// <summary>The counts of each line; the tokenizer is 13a unless another is given.</summary>
    public static BleuCounts[] CountAll(
        IReadOnlyList<string> predictions, IReadOnlyList<IReadOnlyList<string>> references, int maxOrder = 4, BleuTokenizer? tokenizer = null, int threads = 1)
    {
        Pairing.Check(predictions.Count, references);
        var chosen = tokenizer ?? BleuTokenizer.Parse("13a");
        var counts = new BleuCounts[predictions.Count];
        Segments.Run(counts.Length, threads, () => new BleuCounter(maxOrder, chosen.Tokenize, ReferenceLengthRule.Shortest),
            (counter, i) => counts[i] = counter.Count(predictions[i], references[i]));
        return counts;
    }

    /// <summary>The score of one or more segments; without a token on either side everything is 0, the limit for ever shorter predictions.</summary>
    public static EvaluateBleuScore Compute(BleuCounts counts, int maxOrder, bool smooth)
    {
        var precisions = new double[maxOrder];
        for (var n = 0; n < maxOrder; n++)
        {
            if (smooth) precisions[n] = (counts.Matches[n] + 1.0) / (counts.Totals[n] + 1.0);
            else if (counts.Totals[n] > 0) precisions[n] = (double)counts.Matches[n] / counts.Totals[n];
        }
        if (counts.HypothesisLength == 0 || counts.ReferenceLength == 0)
            return new EvaluateBleuScore(0, precisions, 0, 0, counts.HypothesisLength, counts.ReferenceLength);
        var mean = 0.0;
        if (precisions.Min() > 0)
        {
            foreach (var precision in precisions) mean += 1.0 / maxOrder * Math.Log(precision);
            mean = Math.Exp(mean);
        }
        var ratio = (double)counts.HypothesisLength / counts.ReferenceLength;
        var penalty = ratio > 1 ? 1 : Math.Exp(1 - (1 / ratio));
        return new EvaluateBleuScore(mean * penalty, precisions, penalty, ratio, counts.HypothesisLength, counts.ReferenceLength);
    }
}
