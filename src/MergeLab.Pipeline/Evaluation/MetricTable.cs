using MergeLab.Core.Errors;
using MergeLab.Evaluation.Classification;
using MergeLab.Evaluation.Summaries;
using MergeLab.Evaluation.Translation;

namespace MergeLab.Evaluation;

/// <summary>Every metric that can be named in an experiment or on the command line.</summary>
public static class MetricTable
{
    const int LongestNgram = 64;

    static readonly MetricOption Tokenizer = new("tokenize", MetricOptionKind.Choice, "13a", "tokenizer", [.. BleuTokenizer.All.Select(t => t.Name)]);
    static readonly MetricOption Lowercase = new("lowercase", MetricOptionKind.Flag, false, "lower-case both sides first");

    public static IReadOnlyList<Metric> All { get; } =
    [
        new("rouge", "ROUGE as rouge_score computes it; the corpus value is the mean", MetricInput.Text,
        [
            new("stemmer", MetricOptionKind.Flag, false, "stem words (Porter)"),
            new("rouge_types", MetricOptionKind.Text, "rouge1,rouge2,rougeL,rougeLsum", "measures, with commas between"),
            new("tokenize", MetricOptionKind.Choice, "words", "what a word is", ["words", "whitespace"]),
        ], ScoreRouge) { SeveralReferences = true },
        new("bleu", "BLEU as evaluate's bleu computes it, 0 to 1", MetricInput.Text,
        [
            Tokenizer,
            new("max_order", MetricOptionKind.WholeNumber, 4, "longest n-gram", Least: 1, Most: LongestNgram),
            new("smooth", MetricOptionKind.Flag, false, "add one to matches and totals (Lin and Och, 2004)"),
        ], ScoreEvaluateBleu) { SeveralReferences = true },
        new("sacrebleu", "BLEU as sacrebleu computes it, 0 to 100", MetricInput.Text,
        [
            Tokenizer, Lowercase,
            new("smooth_method", MetricOptionKind.Choice, "exp", "for orders without a match", BleuOptions.SmoothingNames),
            new("smooth_value", MetricOptionKind.Number, null, "of floor (default 0.1) and add-k (default 1)", Least: 0),
            new("max_ngram_order", MetricOptionKind.WholeNumber, 4, "longest n-gram", Least: 1, Most: LongestNgram),
            new("effective_order", MetricOptionKind.Flag, false, "average over the orders there are"),
        ], ScoreSacrebleu) { SeveralReferences = true },
        new("chrf", "chrF as sacrebleu computes it, 0 to 100", MetricInput.Text,
        [
            new("char_order", MetricOptionKind.WholeNumber, 6, "longest character n-gram", Least: 1, Most: LongestNgram),
            new("word_order", MetricOptionKind.WholeNumber, 0, "longest word n-gram; 2 is chrF++", Least: 0, Most: LongestNgram),
            new("beta", MetricOptionKind.Number, 2.0, "weight of recall", Least: 0, Most: 1e6),
            Lowercase,
            new("whitespace", MetricOptionKind.Flag, false, "keep white space in character n-grams"),
            new("eps_smoothing", MetricOptionKind.Flag, false, "average over all orders, as chrF++.py"),
        ], ScoreChrf) { SeveralReferences = true },
        new("ter", "translation edit rate as sacrebleu computes it, in per cent: lower is better", MetricInput.Text,
        [
            new("normalized", MetricOptionKind.Flag, false, "split off punctuation first"),
            new("no_punct", MetricOptionKind.Flag, false, "remove punctuation first"),
            new("case_sensitive", MetricOptionKind.Flag, false, "do not lower-case"),
            new("asian_support", MetricOptionKind.Flag, false, "with the two above: East Asian characters too"),
        ], ScoreTer) { SeveralReferences = true },
        new("accuracy", "share of predictions equal to their references", MetricInput.Label, [],
            call => Share("accuracy", call, i => call.Predictions[i] == call.References[i][0])),
        new("f1", "F1 as scikit-learn computes it", MetricInput.Label,
        [
            new("average", MetricOptionKind.Choice, "binary", "over classes", ["binary", "macro", "micro", "weighted"]),
            new("pos_label", MetricOptionKind.Text, "1", "the class binary F1 is of"),
        ], call => (MetricScore.Of("f1", F1(call)), [])) { PerExample = false },
        new("matthews", "Matthews correlation, any number of classes", MetricInput.Label, [],
            call => (MetricScore.Of("matthews", new Confusion<MetricValue>(call.Single, call.Predictions).Matthews), [])) { PerExample = false },
        new("pearson", "Pearson's r", MetricInput.Number, [], call => Correlate("pearson", call, Correlation.Pearson)) { PerExample = false },
        new("spearman", "Spearman's rank correlation", MetricInput.Number, [], call => Correlate("spearman", call, Correlation.Spearman)) { PerExample = false },
        new("exact_match", "share of predictions equal to a reference, as evaluate's exact_match", MetricInput.Label,
        [
            new("ignore_case", MetricOptionKind.Flag, false, "compare in lower case"),
            new("ignore_punctuation", MetricOptionKind.Flag, false, "leave out ASCII marks"),
            new("ignore_numbers", MetricOptionKind.Flag, false, "leave out 0 to 9"),
            new("regexes_to_ignore", MetricOptionKind.Texts, Array.Empty<string>(), "leave out what these match"),
        ], ScoreExactMatch) { SeveralReferences = true },
    ];

    static (MetricScore, IReadOnlyList<MetricScore>) ScoreRouge(MetricCall call)
    {
        var options = new RougeOptions
        {
            Types = [.. call.Options.Text("rouge_types").Split(',', StringSplitOptions.TrimEntries).Distinct().Select(RougeType.Parse)],
            Stemmer = call.Options.Flag("stemmer"),
            Tokenization = call.Options.Text("tokenize") == "words" ? RougeTokenization.Words : RougeTokenization.Whitespace,
        };
        MetricScore Named(IReadOnlyList<RougeScore> scores)
        {
            var byName = options.Types.Select((type, t) => (type.Name, Score: scores[t])).ToDictionary(p => p.Name, p => p.Score);
            return new MetricScore(byName.ToDictionary(p => p.Key, p => p.Value.Fmeasure), byName);
        }
        var examples = Rouge.ScoreAll(call.PredictedTexts, call.ReferenceTexts, options, call.Threads);
        return (Named(Rouge.Mean(examples)), [.. examples.Select(Named)]);
    }

    static (MetricScore, IReadOnlyList<MetricScore>) ScoreEvaluateBleu(MetricCall call)
    {
        var (order, smooth) = (call.Options.WholeNumber("max_order"), call.Options.Flag("smooth"));
        MetricScore Named(EvaluateBleuScore score) => new(new Dictionary<string, double> { ["bleu"] = score.Bleu }, score);
        var lines = EvaluateBleu.CountAll(call.PredictedTexts, call.ReferenceTexts, order, BleuTokenizer.Parse(call.Options.Text("tokenize")), call.Threads);
        return (Named(EvaluateBleu.Corpus(BleuCounts.Sum(lines, order), order, smooth)), [.. lines.Select(l => Named(EvaluateBleu.Compute(l, order, smooth)))]);
    }

    static (MetricScore, IReadOnlyList<MetricScore>) ScoreSacrebleu(MetricCall call)
    {
        var options = new BleuOptions
        {
            Tokenizer = BleuTokenizer.Parse(call.Options.Text("tokenize")),
            Lowercase = call.Options.Flag("lowercase"),
            Smoothing = BleuOptions.ParseSmoothing(call.Options.Text("smooth_method")),
            SmoothValue = call.Options.Given("smooth_value"),
            MaxOrder = call.Options.WholeNumber("max_ngram_order"),
            EffectiveOrder = call.Options.Flag("effective_order"),
        };
        if (options is { SmoothValue: not null, Smoothing: BleuSmoothing.Exp or BleuSmoothing.None })
            throw new ProblemException($"smooth_value does nothing with smooth_method {call.Options.Text("smooth_method")}", remedy: "leave it out, or choose floor or add-k");
        MetricScore Named(BleuScore score) => new(new Dictionary<string, double> { ["sacrebleu"] = score.Score }, score);
        var lines = Bleu.CountAll(call.PredictedTexts, call.ReferenceTexts, options, call.Threads);
        return (
            Named(Bleu.Compute(BleuCounts.Sum(lines, options.MaxOrder), options, Signatures.Count(call.References))),
            [.. lines.Select((line, i) => Named(Bleu.Compute(line, options, call.References[i].Count)))]);
    }

    static (MetricScore, IReadOnlyList<MetricScore>) ScoreChrf(MetricCall call)
    {
        var options = new ChrfOptions
        {
            CharOrder = call.Options.WholeNumber("char_order"),
            WordOrder = call.Options.WholeNumber("word_order"),
            Beta = call.Options.Number("beta"),
            Lowercase = call.Options.Flag("lowercase"),
            Whitespace = call.Options.Flag("whitespace"),
            EpsSmoothing = call.Options.Flag("eps_smoothing"),
        };
        MetricScore Named(double value, int? references) =>
            new(new Dictionary<string, double> { ["chrf"] = value }, new { Value = value, Signature = options.Signature(references) });
        var lines = Chrf.CountAll(call.PredictedTexts, call.ReferenceTexts, options, call.Threads);
        return (
            Named(Chrf.Compute(Chrf.Sum(lines, options), options), Signatures.Count(call.References)),
            [.. lines.Select((line, i) => Named(Chrf.Compute(line, options), call.References[i].Count))]);
    }

    static (MetricScore, IReadOnlyList<MetricScore>) ScoreTer(MetricCall call)
    {
        var options = new TerOptions
        {
            Normalized = call.Options.Flag("normalized"),
            NoPunct = call.Options.Flag("no_punct"),
            CaseSensitive = call.Options.Flag("case_sensitive"),
            AsianSupport = call.Options.Flag("asian_support"),
        };
        MetricScore Named(TerCounts counts, int? references) => new(
            new Dictionary<string, double> { ["ter"] = counts.Score },
            new { Value = counts.Score, NumEdits = counts.Edits, RefLength = counts.ReferenceLength, Signature = options.Signature(references) });
        var lines = Ter.CountAll(call.PredictedTexts, call.ReferenceTexts, options, call.Threads);
        return (Named(TerCounts.Sum(lines), Signatures.Count(call.References)), [.. lines.Select((line, i) => Named(line, call.References[i].Count))]);
    }

    static (MetricScore, IReadOnlyList<MetricScore>) ScoreExactMatch(MetricCall call)
    {
        var match = new ExactMatch(new ExactMatchOptions(
            call.Options.Texts("regexes_to_ignore"), call.Options.Flag("ignore_case"), call.Options.Flag("ignore_punctuation"), call.Options.Flag("ignore_numbers")));
        var (predictions, references) = (call.PredictedTexts, call.ReferenceTexts);
        return Share("exact_match", call, i => match.Matches(predictions[i], references[i]));
    }

    static (MetricScore, IReadOnlyList<MetricScore>) Share(string name, MetricCall call, Func<int, bool> holds)
    {
        double[] values = [.. Enumerable.Range(0, call.Predictions.Count).Select(i => holds(i) ? 1.0 : 0)];
        return (MetricScore.Of(name, values.Sum() / values.Length), [.. values.Select(v => MetricScore.Of(name, v))]);
    }

    static (MetricScore, IReadOnlyList<MetricScore>) Correlate(string name, MetricCall call, Func<IReadOnlyList<double>, IReadOnlyList<double>, double> correlate) =>
        (MetricScore.Of(name, correlate([.. call.Predictions.Select(p => p.Number)], [.. call.Single.Select(r => r.Number)])), []);

    static double F1(MetricCall call)
    {
        var confusion = new Confusion<MetricValue>(call.Single, call.Predictions);
        return call.Options.Text("average") switch
        {
            "macro" => confusion.Macro.F1,
            "micro" => confusion.Micro.F1,
            "weighted" => confusion.Weighted.F1,
            _ => BinaryF1(confusion, call.Options.Text("pos_label")),
        };
    }

    static double BinaryF1(Confusion<MetricValue> confusion, string positive)
    {
        string[] labels = [.. confusion.Labels.Select(l => l.ToString())];
        if (labels.Length > 2)
            throw new ProblemException($"binary f1 is of two classes, and there are {labels.Length}", remedy: "choose average macro, micro or weighted");
        var index = Array.IndexOf(labels, positive);
        if (index < 0 && labels.Length == 2)
            throw new ProblemException($"no example is of the class '{positive}'", why: $"the classes are {string.Join(" and ", labels)}", remedy: "set pos_label, or another average");
        return index < 0 ? 0 : confusion.PerClass[index].F1;
    }
}
