using MergeLab.Evaluation.Translation;

namespace MergeLab.Pipeline.Tests.Evaluation;

/// <summary>Edits equal; scores to 1e-9 relative.</summary>
public sealed class TerTests
{
    [Fact]
    public void Corpora_and_sentences_score_as_sacrebleu_scores_them()
    {
        foreach (var row in GoldenLines.Read("bleu", "ter.jsonl"))
        {
            var corpus = Corpora.All[row.Text("corpus")];
            bool Flag(string name) => row.GetProperty("options").TryGetProperty(name, out var value) && value.GetBoolean();
            var options = new TerOptions { Normalized = Flag("normalized"), NoPunct = Flag("no_punct"), CaseSensitive = Flag("case_sensitive"), AsianSupport = Flag("asian_support") };
            var expected = row.GetProperty("result");
            var lines = Ter.CountAll(corpus.Hypotheses, corpus.References, options, threads: 2);
            var sentences = expected.GetProperty("sentences").EnumerateArray().Select(s => s.Numbers()).ToArray();
            for (var i = 0; i < sentences.Length; i++)
                GoldenLines.Near(sentences[i], [lines[i].Score, lines[i].Edits, lines[i].ReferenceLength], 1e-9, $"{row.Text("corpus")} {row.GetProperty("options")} sentence {i}");
            var sum = TerCounts.Sum(lines);
            GoldenLines.Near([expected.Number("score"), expected.Number("num_edits"), expected.Number("ref_length")], [sum.Score, sum.Edits, sum.ReferenceLength], 1e-9, $"{row.Text("corpus")} {row.GetProperty("options")}");
        }
    }
}
