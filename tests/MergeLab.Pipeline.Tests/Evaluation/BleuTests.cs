using System.Text.Json;
using MergeLab.Core.Errors;
using MergeLab.Evaluation.Statistics;
using MergeLab.Evaluation.Translation;

namespace MergeLab.Pipeline.Tests.Evaluation;

/// <summary>Counts and signatures equal; scores to 1e-12 relative, which allows for another libm's exp and log.</summary>
public sealed class BleuTests
{
    const double Tolerance = 1e-12;

    static BleuOptions Options(JsonElement options)
    {
        var result = new BleuOptions();
        foreach (var option in options.EnumerateObject())
        {
            result = option.Name switch
            {
                "tokenize" => result with { Tokenizer = BleuTokenizer.Parse(option.Value.GetString()!) },
                "lowercase" => result with { Lowercase = option.Value.GetBoolean() },
                "smooth_method" => result with { Smoothing = BleuOptions.ParseSmoothing(option.Value.GetString()!) },
                "smooth_value" => result with { SmoothValue = option.Value.GetDouble() },
                "effective_order" => result with { EffectiveOrder = option.Value.GetBoolean() },
                "max_ngram_order" => result with { MaxOrder = option.Value.GetInt32() },
                "force" => result, // silences a warning, nothing else
                _ => throw new NotSupportedException(option.Name),
            };
        }
        return result;
    }

    static void Same(JsonElement expected, BleuScore actual, string where)
    {
        Assert.Equal(expected.Numbers("counts"), actual.Counts);
        Assert.Equal(expected.Numbers("totals"), actual.Totals);
        Assert.Equal(expected.GetProperty("sys_len").GetInt32(), actual.SysLen);
        Assert.Equal(expected.GetProperty("ref_len").GetInt32(), actual.RefLen);
        Assert.Equal(expected.Text("signature"), actual.Signature);
        GoldenLines.Near(expected.Numbers("precisions"), actual.Precisions, Tolerance, $"{where} precisions");
        GoldenLines.Near(expected.Number("bp"), actual.Bp, Tolerance, $"{where} bp");
        GoldenLines.Near(expected.Number("ratio"), actual.Ratio, Tolerance, $"{where} ratio");
        GoldenLines.Near(expected.Number("score"), actual.Score, Tolerance, $"{where} score");
    }

    [Fact]
    public void Corpora_score_as_sacrebleu_scores_them()
    {
        foreach (var row in GoldenLines.Read("bleu", "corpus.jsonl"))
        {
            var corpus = Corpora.All[row.Text("corpus")];
            Same(row.GetProperty("result"), Bleu.Corpus(corpus.Hypotheses, corpus.References, Options(row.GetProperty("options")), threads: 2), $"{row.Text("corpus")} {row.GetProperty("options")}");
        }
    }

    [Fact]
    public void Sentences_score_as_sacrebleu_scores_them()
    {
        foreach (var row in GoldenLines.Read("bleu", "sentence.jsonl"))
        {
            var corpus = Corpora.All[row.Text("corpus")];
            var index = row.GetProperty("index").GetInt32();
            Same(row.GetProperty("result"), Bleu.Sentence(corpus.Hypotheses[index], corpus.References[index], Options(row.GetProperty("options"))), $"{row.Text("corpus")} {index}");
        }
    }

    [Fact]
    public void Corpora_score_as_evaluate_scores_them()
    {
        foreach (var row in GoldenLines.Read("bleu", "evaluate.jsonl"))
        {
            var corpus = Corpora.All[row.Text("corpus")];
            var options = row.GetProperty("options");
            var smooth = options.TryGetProperty("smooth", out var s) && s.GetBoolean();
            var order = options.TryGetProperty("max_order", out var m) ? m.GetInt32() : 4;
            EvaluateBleuScore Score() => EvaluateBleu.Corpus(corpus.Hypotheses, corpus.References, order, smooth);
            var expected = row.GetProperty("result");
            if (expected.TryGetProperty("error", out _))
            {
                Assert.Contains("bleu is not defined", Assert.Throws<ProblemException>(Score).Problem.What, StringComparison.Ordinal);
                continue;
            }
            var actual = Score();
            var where = $"{row.Text("corpus")} {options}";
            GoldenLines.Near(expected.Number("bleu"), actual.Bleu, Tolerance, where);
            GoldenLines.Near(expected.Numbers("precisions"), actual.Precisions, Tolerance, where);
            GoldenLines.Near(expected.Number("brevity_penalty"), actual.BrevityPenalty, Tolerance, where);
            GoldenLines.Near(expected.Number("length_ratio"), actual.LengthRatio, Tolerance, where);
            Assert.Equal(expected.GetProperty("translation_length").GetInt32(), actual.TranslationLength);
            Assert.Equal(expected.GetProperty("reference_length").GetInt32(), actual.ReferenceLength);
        }
    }

    [Fact]
    public void Every_tokenizer_splits_as_sacrebleus_does()
    {
        foreach (var row in GoldenLines.Read("bleu", "tokens.jsonl"))
        {
            var line = MergeLab.Evaluation.Text.PythonText.TrimEnd(row.Text("text")).ToString();
            foreach (var tokenizer in BleuTokenizer.All) Assert.Equal((tokenizer.Name, row.Text(tokenizer.Name)), (tokenizer.Name, tokenizer.Tokenize(line)));
        }
    }

    [Fact]
    public void Lower_case_is_pythons()
    {
        foreach (var row in GoldenLines.Read("bleu", "tokens.jsonl")) Assert.Equal(row.Text("lower"), MergeLab.Evaluation.Text.PythonText.Lower(row.Text("text")));
    }

    [Theory]
    [InlineData("Σ", "σ")]
    [InlineData("ΑΣ", "ας")]
    [InlineData("ΑΣΑ", "ασα")]
    [InlineData("Α'Σ", "α'ς")]
    [InlineData("ΑΣ.Α", "ασ.α")]
    [InlineData("ΑΣ 5", "ας 5")]
    [InlineData("𝐀Σ", "𝐀ς")]
    public void A_capital_sigma_at_the_end_of_a_word_lowers_to_the_final_form(string text, string lower) => Assert.Equal(lower, MergeLab.Evaluation.Text.PythonText.Lower(text));

    /// <summary>p equal: counts. Means and intervals to 1e-5, as sacrebleu keeps resampled scores in float32.</summary>
    [Fact]
    public void Paired_tests_draw_and_decide_as_sacrebleus_do()
    {
        foreach (var row in GoldenLines.Read("stats", "sacrebleu_paired.jsonl"))
        {
            var corpus = Corpora.All[row.Text("corpus")];
            var (options, seed) = (new BleuOptions(), row.GetProperty("seed").GetUInt64());
            BleuCounts[] Count(string system) => Bleu.CountAll(row.Texts(system), corpus.References, options);
            var (baseline, system) = (Count("baseline"), Count("system"));
            foreach (var (name, counts) in new[] { ("baseline_stats", baseline), ("system_stats", system) })
                Assert.Equal(row.GetProperty(name).EnumerateArray().SelectMany(l => l.Numbers()), counts.SelectMany(c => c.Matches.Concat(c.Totals).Prepend(c.ReferenceLength).Prepend(c.HypothesisLength)).Select(n => (double)n));
            var bs = row.GetProperty("bs");
            var (p, a, b) = BleuPairedTests.Bootstrap(baseline, system, options, bs.GetProperty("n_samples").GetInt32(), seed);
            Assert.Equal(bs.GetProperty("system").Number("p"), p);
            foreach (var (name, actual) in new[] { ("baseline", a), ("system", b) })
            {
                GoldenLines.Within(bs.GetProperty(name).Number("mean"), actual.Mean, 1e-5, name);
                GoldenLines.Within(bs.GetProperty(name).Number("ci"), actual.HalfWidth, 1e-5, name);
            }
            var ar = row.GetProperty("ar");
            Assert.Equal(ar.GetProperty("system").Number("p"), BleuPairedTests.Randomisation(baseline, system, options, ar.GetProperty("n_samples").GetInt32(), seed));
        }
    }

    [Fact]
    public void A_line_without_reference_is_refused() =>
        Assert.Contains("example 2", Assert.Throws<ProblemException>(() => Bleu.Corpus(["a", "b"], [["a"], []])).Problem.What, StringComparison.Ordinal);
}
