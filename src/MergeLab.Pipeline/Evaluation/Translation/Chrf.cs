using MergeLab.Core.Errors;

namespace MergeLab.Evaluation.Translation;

/// <summary>sacrebleu's options of chrF, with its defaults.</summary>
public sealed record ChrfOptions
{
    /// <summary>Longest character n-gram.</summary>
    public int CharOrder { get; init; } = 6;

    /// <summary>Longest word n-gram: 2 is chrF++.</summary>
    public int WordOrder { get; init; }

    /// <summary>Weight of recall against precision.</summary>
    public double Beta { get; init; } = 2;

    public bool Lowercase { get; init; }

    /// <summary>Keep white space in character n-grams.</summary>
    public bool Whitespace { get; init; }

    /// <summary>Average F over all orders with a tiny value for missing ones, as chrF++.py does, instead of over those both sides have.</summary>
    public bool EpsSmoothing { get; init; }

    internal int Orders => CharOrder + WordOrder;

    internal string Signature(int? references) => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{Signatures.References(references)}|case:{Signatures.Case(Lowercase)}|eff:{Signatures.YesNo(!EpsSmoothing)}|nc:{CharOrder}|nw:{WordOrder}|space:{Signatures.YesNo(Whitespace)}|{Signatures.Version}");
}

/// <summary>Per order the n-grams of the hypothesis (none where the reference has none), of the reference, and those in both.</summary>
public sealed record ChrfCounts(int[] Hypothesis, int[] Reference, int[] Matches);

/// <param name="Score">0 to 100.</param>
/// <param name="Signature">How it was computed, as sacrebleu writes it.</param>
public sealed record ChrfScore(double Score, string Signature);

/// <summary>chrF (Popović, 2015) and chrF++ (2017) as sacrebleu 2 computes them: n-grams are of code points.</summary>
public static class Chrf
{
    const double Epsilon = 1e-16;

    public static ChrfScore Sentence(string hypothesis, IReadOnlyList<string> references, ChrfOptions? options = null) => Corpus([hypothesis], [references], options);

    /// <summary>From the summed counts of the lines, each against the reference with its own best F.</summary>
    /// <exception cref="ProblemException">Lengths differ, or a line has no reference.</exception>
    public static ChrfScore Corpus(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references, ChrfOptions? options = null, int threads = 1)
    {
        options ??= new();
        return new ChrfScore(Compute(Sum(CountAll(hypotheses, references, options, threads), options), options), options.Signature(Signatures.Count(references)));
    }

    public static ChrfCounts Sum(IEnumerable<ChrfCounts> lines, ChrfOptions options)
    {
        var orders = options.Orders;
        var sum = new ChrfCounts(new int[orders], new int[orders], new int[orders]);
        foreach (var line in lines)
        {
            for (var n = 0; n < orders; n++)
            {
                sum.Hypothesis[n] += line.Hypothesis[n];
                sum.Reference[n] += line.Reference[n];
                sum.Matches[n] += line.Matches[n];
            }
        }
        return sum;
    }

    public static ChrfCounts[] CountAll(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references, ChrfOptions? options = null, int threads = 1)
    {
        Pairing.Check(hypotheses.Count, references);
        var chosen = options ?? new();
        var counts = new ChrfCounts[hypotheses.Count];
        Segments.Run(counts.Length, threads, () => new ChrfCounter(chosen), (counter, i) => counts[i] = counter.Count(hypotheses[i], references[i]));
        return counts;
    }

    public static double Compute(ChrfCounts counts, ChrfOptions options)
    {
        var factor = options.Beta * options.Beta;
        double smoothed = 0, precisions = 0, recalls = 0;
        var effective = 0;
        for (var n = 0; n < options.Orders; n++)
        {
            var (hypothesis, reference) = (counts.Hypothesis[n], counts.Reference[n]);
            var precision = hypothesis > 0 ? (double)counts.Matches[n] / hypothesis : Epsilon;
            var recall = reference > 0 ? (double)counts.Matches[n] / reference : Epsilon;
            var weighted = (factor * precision) + recall;
            smoothed += weighted > 0 ? (1 + factor) * precision * recall / weighted : Epsilon;
            if (hypothesis == 0 || reference == 0) continue;
            precisions += precision;
            recalls += recall;
            effective++;
        }
        if (options.EpsSmoothing) return 100 * smoothed / options.Orders;
        if (effective == 0 || precisions + recalls == 0) return 0;
        precisions /= effective;
        recalls /= effective;
        return 100 * ((1 + factor) * precisions * recalls / ((factor * precisions) + recalls));
    }
}
