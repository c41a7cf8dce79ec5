using System.Text.Json;
using MergeLab.Core.Errors;
using MergeLab.Evaluation.Summaries;

namespace MergeLab.Pipeline.Tests.Evaluation;

/// <summary>Tolerance 0 throughout: same integers and the same order of operations as rouge_score give the same bits.</summary>
public sealed class RougeTests
{
    static readonly RougeType[] All = [RougeType.N(1), RougeType.N(2), RougeType.N(3), RougeType.L, RougeType.Lsum];

    static RougeScore Of(double[] figures) => new(figures[0], figures[1], figures[2]);

    static void Same(JsonElement expected, IReadOnlyList<RougeScore> actual, string where)
    {
        Assert.Equal(All.Length, actual.Count);
        for (var t = 0; t < All.Length; t++)
        {
            var figures = Of(expected.Numbers(All[t].Name));
            Assert.True(figures == actual[t], $"{where} {All[t]}: expected {figures}, got {actual[t]}");
        }
    }

    [Theory]
    [InlineData("plain", false, RougeTokenization.Words, 489)]
    [InlineData("stem", true, RougeTokenization.Words, 489)]
    [InlineData("whitespace", false, RougeTokenization.Whitespace, 80)]
    public void Every_pair_scores_as_rouge_score_does(string mode, bool stemmer, RougeTokenization tokenization, int atLeast)
    {
        var options = new RougeOptions { Types = All, Stemmer = stemmer, Tokenization = tokenization };
        var pairs = GoldenLines.Read("rouge", "pairs.jsonl").Where(p => p.TryGetProperty(mode, out _)).ToArray();
        Assert.True(pairs.Length >= atLeast, $"{pairs.Length} pairs");
        var scores = Rouge.ScoreAll([.. pairs.Select(p => p.Text("prediction"))], [.. pairs.Select(p => new[] { p.Text("reference") })], options);
        for (var i = 0; i < pairs.Length; i++)
        {
            Same(pairs[i].GetProperty(mode), scores[i], pairs[i].Text("id"));
            Same(pairs[i].GetProperty(mode), Rouge.Score(pairs[i].Text("prediction"), pairs[i].Text("reference"), options), $"alone, {pairs[i].Text("id")}");
        }
    }

    [Theory]
    [InlineData("plain", false)]
    [InlineData("stem", true)]
    public void The_best_of_several_references_counts_per_measure(string mode, bool stemmer)
    {
        foreach (var (row, i) in GoldenLines.Read("rouge", "multi.jsonl").Select((row, i) => (row, i)))
            Same(row.GetProperty(mode), Rouge.Score(row.Text("prediction"), row.Texts("references"), new RougeOptions { Types = All, Stemmer = stemmer }), $"line {i + 1}");
    }

    [Theory]
    [InlineData("plain", false)]
    [InlineData("stem", true)]
    public void Words_are_found_and_stemmed_as_rouge_score_does(string mode, bool stemmer)
    {
        foreach (var row in GoldenLines.Read("rouge", "tokens.jsonl"))
            Assert.Equal(row.Texts(mode), Rouge.Tokenize(row.Text("text"), new RougeOptions { Stemmer = stemmer }));
    }

    [Theory]
    [InlineData("\u212Aelvin 5\u212A", "kelvin", "5k")]
    [InlineData("İstanbul", "i", "stanbul")]
    [InlineData("naïve Ünal ﬁ", "na", "ve", "nal")]
    public void Only_characters_that_lower_to_ascii_are_letters(string text, params string[] words) => Assert.Equal(words, Rouge.Tokenize(text));

    [Fact]
    public void Sentences_of_a_splitter_become_lines()
    {
        var options = new RougeOptions { Types = [RougeType.Lsum] };
        foreach (var row in GoldenLines.Read("rouge", "split.jsonl"))
        {
            var split = Rouge.Score(Rouge.JoinSentences(row.Texts("prediction_sentences")), Rouge.JoinSentences(row.Texts("reference_sentences")), options)[0];
            Assert.Equal(Of(row.Numbers("rougeLsum_split")), split);
            var newline = Rouge.Score(row.Text("prediction"), row.Text("reference"), options)[0];
            Assert.Equal(Of(row.Numbers("rougeLsum_newline")), newline);
        }
    }

    [Fact]
    public void The_corpus_value_is_the_mean_over_examples()
    {
        var pairs = GoldenLines.Read("rouge", "pairs.jsonl").ToDictionary(p => p.Text("id"));
        foreach (var row in GoldenLines.Read("rouge", "aggregate.jsonl"))
        {
            RougeOptions options = new() { Types = All, Stemmer = row.Text("mode") == "stem" };
            var chosen = row.Texts("ids").Select(id => pairs[id]).ToArray();
            Same(row.GetProperty("mean"), Rouge.Mean(Rouge.ScoreAll([.. chosen.Select(p => p.Text("prediction"))], [.. chosen.Select(p => new[] { p.Text("reference") })], options)), "mean");
        }
    }

    /// <summary>1e-12: sums of a few hundred figures, in the same order.</summary>
    [Fact]
    public void Bootstrap_percentiles_are_rouge_scores()
    {
        var pairs = GoldenLines.Read("rouge", "pairs.jsonl").ToDictionary(p => p.Text("id"));
        foreach (var row in GoldenLines.Read("rouge", "aggregate.jsonl"))
        {
            RougeScore[][] scores = [.. row.Texts("ids").Select(id => All.Select(t => Of(pairs[id].GetProperty(row.Text("mode")).Numbers(t.Name))).ToArray())];
            var intervals = RougeAggregate.Bootstrap(scores, row.GetProperty("seed").GetUInt32(), row.GetProperty("samples").GetInt32(), row.Number("confidence"));
            for (var t = 0; t < All.Length; t++)
            {
                foreach (var (name, actual) in new[] { ("low", intervals[t].Low), ("mid", intervals[t].Mid), ("high", intervals[t].High) })
                    GoldenLines.Near(row.GetProperty(name).Numbers(All[t].Name), [actual.Precision, actual.Recall, actual.Fmeasure], 1e-12, $"seed {row.GetProperty("seed")} {All[t]} {name}");
            }
        }
    }

    [Fact]
    public void The_random_figures_of_evaluate_follow_from_its_seed()
    {
        var pairs = GoldenLines.Read("rouge", "pairs.jsonl").ToDictionary(p => p.Text("id"));
        foreach (var row in GoldenLines.Read("rouge", "evaluate.jsonl"))
        {
            RougeOptions options = new() { Stemmer = row.GetProperty("use_stemmer").GetBoolean() };
            var chosen = row.Texts("ids").Select(id => pairs[id]).ToArray();
            var scores = Rouge.ScoreAll([.. chosen.Select(p => p.Text("prediction"))], [.. chosen.Select(p => new[] { p.Text("reference") })], options);
            var intervals = RougeAggregate.Bootstrap(scores, row.GetProperty("seed").GetUInt32());
            for (var t = 0; t < options.Types.Count; t++)
            {
                var name = options.Types[t].Name;
                Assert.Equal(row.GetProperty("per_pair").Numbers(name), scores.Select(s => s[t].Fmeasure));
                GoldenLines.Near(row.GetProperty("aggregated").Number(name), intervals[t].Mid.Fmeasure, 1e-12, name);
            }
        }
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        var pairs = GoldenLines.Read("rouge", "pairs.jsonl");
        string[] predictions = [.. pairs.Select(p => p.Text("prediction"))];
        string[][] references = [.. pairs.Select(p => new[] { p.Text("reference") })];
        var one = Rouge.ScoreAll(predictions, references, new RougeOptions { Types = All, Stemmer = true });
        var many = Rouge.ScoreAll(predictions, references, new RougeOptions { Types = All, Stemmer = true }, threads: 5);
        for (var i = 0; i < one.Length; i++) Assert.Equal(one[i], many[i]);
    }

    /// <summary>The table of the textbook, cell by cell, with the same rule for ties: what the bit-parallel form must equal at any length.</summary>
    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(128)]
    [InlineData(200)]
    public void Lines_longer_than_a_machine_word_are_walked_back_the_same_way(int length)
    {
        var random = new Random(length);
        string Draw(int n) => string.Join(' ', Enumerable.Range(0, n).Select(_ => (char)('a' + random.Next(5))));
        for (var round = 0; round < 20; round++)
        {
            var (prediction, reference) = ($"{Draw(random.Next(1, 2 * length))}\n{Draw(random.Next(1, length))}", Draw(length));
            var scores = Rouge.Score(prediction, reference, new RougeOptions { Types = [RougeType.L, RougeType.Lsum] });
            var predicted = prediction.Split('\n').Select(l => l.Split(' ')).ToArray();
            var expected = reference.Split(' ');
            string[] flat = [.. predicted.SelectMany(l => l)];
            Assert.Equal(RougeOf(Walk(expected, flat).Count, flat.Length, length), scores[0]);
            var union = predicted.SelectMany(line => Walk(expected, line)).ToHashSet();
            var inPrediction = flat.CountBy(w => w).ToDictionary();
            var hits = union.Order().Count(i => inPrediction.TryGetValue(expected[i], out var left) && left > 0 && (inPrediction[expected[i]] = left - 1) >= 0);
            Assert.Equal(RougeOf(hits, flat.Length, length), scores[1]);
        }
    }

    static RougeScore RougeOf(int hits, int predicted, int expected)
    {
        var (p, r) = ((double)hits / predicted, (double)hits / expected);
        return new RougeScore(p, r, hits == 0 ? 0 : 2 * p * r / (p + r));
    }

    static List<int> Walk(string[] reference, string[] prediction)
    {
        var table = new int[reference.Length + 1, prediction.Length + 1];
        for (var i = 1; i <= reference.Length; i++)
            for (var j = 1; j <= prediction.Length; j++)
                table[i, j] = reference[i - 1] == prediction[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
        var taken = new List<int>();
        for (int i = reference.Length, j = prediction.Length; i > 0 && j > 0;)
        {
            if (reference[i - 1] == prediction[j - 1])
            {
                taken.Add(--i);
                j--;
            }
            else if (table[i, j - 1] > table[i - 1, j]) j--;
            else i--;
        }
        return taken;
    }

    [Theory]
    [InlineData("rouge0")]
    [InlineData("rouge10")]
    [InlineData("rougel")]
    public void An_unknown_measure_is_refused_by_name(string name) => Assert.Contains(name, Assert.Throws<ProblemException>(() => RougeType.Parse(name)).Problem.What, StringComparison.Ordinal);
}
