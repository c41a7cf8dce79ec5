using System.Text.Json;
using MergeLab.Evaluation.Translation;

namespace MergeLab.Pipeline.Tests.Evaluation;

/// <summary>1e-9 relative: sums of some ten quotients.</summary>
public sealed class ChrfTests
{
    static ChrfOptions Options(JsonElement options)
    {
        var result = new ChrfOptions();
        foreach (var option in options.EnumerateObject())
        {
            result = option.Name switch
            {
                "word_order" => result with { WordOrder = option.Value.GetInt32() },
                "char_order" => result with { CharOrder = option.Value.GetInt32() },
                "beta" => result with { Beta = option.Value.GetDouble() },
                "lowercase" => result with { Lowercase = option.Value.GetBoolean() },
                "whitespace" => result with { Whitespace = option.Value.GetBoolean() },
                "eps_smoothing" => result with { EpsSmoothing = option.Value.GetBoolean() },
                _ => throw new NotSupportedException(option.Name),
            };
        }
        return result;
    }

    [Fact]
    public void Corpora_and_sentences_score_as_sacrebleu_scores_them()
    {
        foreach (var row in GoldenLines.Read("bleu", "chrf.jsonl"))
        {
            var corpus = Corpora.All[row.Text("corpus")];
            var options = Options(row.GetProperty("options"));
            var expected = row.GetProperty("result");
            var where = $"{row.Text("corpus")} {row.GetProperty("options")}";
            var actual = Chrf.Corpus(corpus.Hypotheses, corpus.References, options, threads: 2);
            GoldenLines.Near(expected.Number("score"), actual.Score, 1e-9, where);
            Assert.Equal(expected.Text("signature"), actual.Signature);
            var sentences = expected.Numbers("sentences");
            for (var i = 0; i < sentences.Length; i++)
                GoldenLines.Near(sentences[i], Chrf.Sentence(corpus.Hypotheses[i], corpus.References[i], options).Score, 1e-9, $"{where} sentence {i}");
        }
    }
}
