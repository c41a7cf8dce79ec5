using MergeLab.Core.Errors;
using MergeLab.Evaluation.Text;

namespace MergeLab.Evaluation.Translation;

/// <summary>A BLEU score with what it is made of, under sacrebleu's names.</summary>
/// <param name="Score">0 to 100.</param>
/// <param name="Counts">Matches by order; with add-k smoothing what was added too.</param>
/// <param name="Totals">N-grams of the hypotheses by order, likewise.</param>
/// <param name="Precisions">In per cent.</param>
/// <param name="Bp">Brevity penalty.</param>
/// <param name="SysLen">Tokens of the hypotheses.</param>
/// <param name="RefLen">Tokens of the closest references.</param>
/// <param name="Ratio">Their quotient, 0 where there is no reference token.</param>
/// <param name="Signature">How it was computed, as sacrebleu writes it.</param>
public sealed record BleuScore(double Score, double[] Counts, double[] Totals, double[] Precisions, double Bp, int SysLen, int RefLen, double Ratio, string Signature);

/// <summary>BLEU (Papineni et al., 2002) as sacrebleu 2 computes it (Post, A call for clarity in reporting BLEU scores, 2018).</summary>
public static class Bleu
{
    /// <summary>Stands for ln 0, so that one order without a match makes the score 0.</summary>
    const double LogOfZero = -9999999999;

    public static BleuScore Sentence(string hypothesis, IReadOnlyList<string> references, BleuOptions? options = null) => Corpus([hypothesis], [references], options);

    /// <exception cref="ProblemException">Lengths differ, or a line has no reference.</exception>
    public static BleuScore Corpus(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references, BleuOptions? options = null, int threads = 1)
    {
        options ??= new();
        return Compute(BleuCounts.Sum(CountAll(hypotheses, references, options, threads), options.MaxOrder), options, Signatures.Count(references));
    }

    /// <summary>The counts of each line: what the score of any subset, and paired tests, are computed from.</summary>
    public static BleuCounts[] CountAll(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references, BleuOptions? options = null, int threads = 1)
    {
        Pairing.Check(hypotheses.Count, references);
        var chosen = options ?? new();
        string Tokenize(string line)
        {
            if (chosen.Lowercase) line = PythonText.Lower(line);
            var end = PythonText.TrimEnd(line);
            return chosen.Tokenizer.Tokenize(end.Length == line.Length ? line : end.ToString());
        }
        var counts = new BleuCounts[hypotheses.Count];
        Segments.Run(counts.Length, threads, () => new BleuCounter(chosen.MaxOrder, Tokenize, ReferenceLengthRule.Closest),
            (counter, i) => counts[i] = counter.Count(hypotheses[i], references[i]));
        return counts;
    }

    /// <param name="counts">Of the whole corpus.</param>
    /// <param name="options">Smoothing and order.</param>
    /// <param name="references">References per line, or null where lines differ.</param>
    public static BleuScore Compute(BleuCounts counts, BleuOptions options, int? references)
    {
        var orders = options.MaxOrder;
        double[] matches = [.. counts.Matches.Select(m => (double)m)], totals = [.. counts.Totals.Select(t => (double)t)];
        var precisions = new double[orders];
        var (system, reference) = (counts.HypothesisLength, counts.ReferenceLength);
        var penalty = system >= reference ? 1 : system > 0 ? Math.Exp(1 - ((double)reference / system)) : 0;
        var score = counts.Matches.Any(m => m > 0) ? penalty * Math.Exp(MeanLog(matches, totals, precisions, options)) : 0;
        return new BleuScore(score, matches, totals, precisions, penalty, system, reference, reference == 0 ? 0 : (double)system / reference, options.Signature(references));
    }

    static double MeanLog(double[] matches, double[] totals, double[] precisions, BleuOptions options)
    {
        var averaged = precisions.Length;
        var halving = 1.0;
        for (var n = 0; n < precisions.Length; n++)
        {
            if (options.Smoothing == BleuSmoothing.AddK && n > 0)
            {
                matches[n] += options.SmoothAmount;
                totals[n] += options.SmoothAmount;
            }
            if (totals[n] == 0) break;
            if (options.EffectiveOrder) averaged = n + 1;
            if (matches[n] != 0) precisions[n] = 100 * matches[n] / totals[n];
            else if (options.Smoothing == BleuSmoothing.Exp) precisions[n] = 100 / ((halving *= 2) * totals[n]);
            else if (options.Smoothing == BleuSmoothing.Floor) precisions[n] = 100 * options.SmoothAmount / totals[n];
        }
        var sum = 0.0;
        foreach (var precision in precisions.AsSpan(0, averaged)) sum += precision == 0 ? LogOfZero : Math.Log(precision);
        return sum / averaged;
    }
}
