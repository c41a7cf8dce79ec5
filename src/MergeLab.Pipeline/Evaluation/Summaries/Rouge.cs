using MergeLab.Core.Errors;

namespace MergeLab.Evaluation.Summaries;

/// <summary>
/// ROUGE (Lin, ROUGE: A package for automatic evaluation of summaries, 2004) as Google's <c>rouge_score</c> computes it, which
/// <c>evaluate</c>'s <c>rouge</c> and the merging papers report.
/// </summary>
public static class Rouge
{
    /// <summary>One prediction against one reference; scores in the order of <see cref="RougeOptions.Types"/>.</summary>
    public static IReadOnlyList<RougeScore> Score(string prediction, string reference, RougeOptions? options = null) =>
        new RougeScorer(options ?? new()).Score(prediction, (ReadOnlySpan<char>)reference);

    /// <summary>One prediction against several references: per measure the one with the largest F.</summary>
    public static IReadOnlyList<RougeScore> Score(string prediction, IReadOnlyList<string> references, RougeOptions? options = null) =>
        ScoreAll([prediction], [references], options)[0];

    /// <summary>Each prediction against its references, the same whatever <paramref name="threads"/> is. Their means are the corpus values.</summary>
    /// <returns>Per prediction the scores in the order of <see cref="RougeOptions.Types"/>.</returns>
    /// <exception cref="ProblemException">Lengths differ, or a prediction has no reference.</exception>
    public static IReadOnlyList<RougeScore>[] ScoreAll(
        IReadOnlyList<string> predictions, IReadOnlyList<IReadOnlyList<string>> references, RougeOptions? options = null, int threads = 1)
    {
        var scores = new IReadOnlyList<RougeScore>[predictions.Count];
        var chosen = options ?? new();
        Pairing.Check(predictions.Count, references);
        Segments.Run(predictions.Count, threads, () => new RougeScorer(chosen), (scorer, i) => scores[i] = scorer.Score(predictions[i], references[i]));
        return scores;
    }

    /// <summary>The corpus value of each measure: means over the examples.</summary>
    public static IReadOnlyList<RougeScore> Mean(IReadOnlyList<IReadOnlyList<RougeScore>> scores) =>
        scores.Count == 0 ? [] : [.. Enumerable.Range(0, scores[0].Count).Select(t => RougeScore.Mean([.. scores.Select(s => s[t])]))];

    /// <summary>The words ROUGE sees in a text.</summary>
    public static IReadOnlyList<string> Tokenize(string text, RougeOptions? options = null)
    {
        var tokenizer = new RougeTokenizer(options?.Tokenization ?? RougeTokenization.Words, options?.Stemmer ?? false);
        var words = new RougeText();
        tokenizer.Read(text, words);
        var result = new string[words.Count];
        for (var i = 0; i < result.Length; i++) result[i] = tokenizer.Word(words.Words[i]);
        return result;
    }

    /// <summary>A text whose lines are the given sentences, for <c>rougeLsum</c> over sentences found by a splitter.</summary>
    public static string JoinSentences(IEnumerable<string> sentences) => string.Join('\n', sentences.Select(s => s.Replace('\n', ' ')));
}
