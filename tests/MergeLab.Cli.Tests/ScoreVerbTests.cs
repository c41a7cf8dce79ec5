using System.Text.Json;

namespace MergeLab.Cli.Tests;

public sealed class ScoreVerbTests : IDisposable
{
    readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string Write(string name, params object[] lines) => _folder.Write(name, string.Concat(lines.Select(l => JsonSerializer.Serialize(l) + "\n")));

    static Mergelab.Outcome Score(string metric, string predictions, string references, params string[] more) =>
        Mergelab.Run(["score", "--metric", metric, "--predictions", predictions, "--references", references, .. more]);

    JsonElement Json(string metric, object[] predictions, object[] references, params string[] more)
    {
        var outcome = Score(metric, Write("p.jsonl", predictions), Write("r.jsonl", references), ["--json", .. more]);
        Assert.True(outcome.Exit == 0, outcome.Error);
        return JsonDocument.Parse(outcome.Out).RootElement;
    }

    static JsonElement[] Golden(string folder, string file) => [.. File.ReadLines(Repository.Golden("metrics", folder, file)).Select(l => JsonDocument.Parse(l).RootElement)];

    static object[] Texts(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetString()!)];

    static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetDouble())];

    [Theory]
    [InlineData("plain")]
    [InlineData("stem")]
    public void Rouge_of_recorded_pairs_equals_rouge_score_to_the_last_bit(string mode)
    {
        var pairs = Golden("rouge", "pairs.jsonl");
        var document = Json("rouge", [.. pairs.Select(p => p.GetProperty("prediction").GetString()!)], [.. pairs.Select(p => p.GetProperty("reference").GetString()!)],
            [.. mode == "stem" ? new[] { "--stemmer" } : [], "--per-example"]);
        Assert.Equal(mode == "stem", document.GetProperty("options").GetProperty("stemmer").GetBoolean());
        var examples = document.GetProperty("examples").EnumerateArray().ToArray();
        Assert.Equal(pairs.Length, examples.Length);
        foreach (var type in new[] { "rouge1", "rouge2", "rougeL", "rougeLsum" })
        {
            for (var i = 0; i < pairs.Length; i++)
            {
                var actual = examples[i].GetProperty(type);
                double[] figures = [actual.GetProperty("precision").GetDouble(), actual.GetProperty("recall").GetDouble(), actual.GetProperty("fmeasure").GetDouble()];
                Assert.Equal<double>(Numbers(pairs[i].GetProperty(mode).GetProperty(type)), figures);
            }
            var mean = pairs.Sum(p => p.GetProperty(mode).GetProperty(type)[2].GetDouble()) / pairs.Length;
            Assert.Equal(mean, document.GetProperty("corpus").GetProperty(type).GetProperty("fmeasure").GetDouble());
        }
    }

    [Fact]
    public void Rouge_takes_several_references_a_line()
    {
        var rows = Golden("rouge", "multi.jsonl");
        var document = Json("rouge", [.. rows.Select(r => r.GetProperty("prediction").GetString()!)], [.. rows.Select(r => Texts(r.GetProperty("references")))], "--per-example", "--rouge-types", "rougeLsum,rouge3");
        for (var i = 0; i < rows.Length; i++)
            Assert.Equal(rows[i].GetProperty("plain").GetProperty("rougeLsum")[2].GetDouble(), document.GetProperty("examples")[i].GetProperty("rougeLsum").GetProperty("fmeasure").GetDouble());
    }

    static object[][] References(JsonElement corpus)
    {
        var streams = corpus.GetProperty("references").EnumerateArray().Select(s => s.EnumerateArray().ToArray()).ToArray();
        return [.. Enumerable.Range(0, streams[0].Length).Select(i => streams.Select(s => s[i].GetString()).OfType<object>().ToArray())];
    }

    [Theory]
    [InlineData("two-refs")]
    [InlineData("holes")]
    [InlineData("emoji")]
    [InlineData("chinese")]
    public void Bleu_forms_have_the_fields_of_their_references(string name)
    {
        var corpus = Golden("bleu", "corpora.jsonl").Single(c => c.GetProperty("name").GetString() == name);
        JsonElement Expected(string file, string options) => Golden("bleu", file).Single(r => r.GetProperty("corpus").GetString() == name && r.GetProperty("options").GetRawText() == options).GetProperty("result");
        var hypotheses = Texts(corpus.GetProperty("hypotheses"));

        var sacrebleu = Json("sacrebleu", hypotheses, References(corpus), "--tokenize", "intl").GetProperty("corpus");
        foreach (var field in Expected("corpus.jsonl", """{"tokenize":"intl"}""").EnumerateObject()) Same(field.Value, sacrebleu.GetProperty(field.Name));

        var bleu = Json("bleu", hypotheses, References(corpus)).GetProperty("corpus");
        foreach (var field in Expected("evaluate.jsonl", "{}").EnumerateObject()) Same(field.Value, bleu.GetProperty(field.Name));

        var chrf = Json("chrf", hypotheses, References(corpus), "--word-order", "2").GetProperty("corpus");
        Same(Expected("chrf.jsonl", """{"word_order":2}""").GetProperty("score"), chrf.GetProperty("value"));
    }

    static void Same(JsonElement expected, JsonElement actual)
    {
        if (expected.ValueKind == JsonValueKind.Number) Assert.Equal(expected.GetDouble(), actual.GetDouble(), 1e-9 * Math.Abs(expected.GetDouble()));
        else if (expected.ValueKind == JsonValueKind.Array) foreach (var (e, a) in expected.EnumerateArray().Zip(actual.EnumerateArray())) Same(e, a);
        else Assert.Equal(expected.ToString(), actual.ToString());
    }

    [Theory]
    [InlineData("accuracy", new string[0], 0.75)]
    [InlineData("f1", new string[0], 0.8)]
    [InlineData("f1", new[] { "--average", "macro" }, 0.7333333333333334)]
    [InlineData("matthews", new string[0], 0.4666666666666667)]
    public void Labels_may_be_numbers_or_strings(string metric, string[] options, double value)
    {
        object[] predictions = [0, 1, 0, 0, 1, 1, 1, 1], references = [0, 1, 1, 0, 1, 1, 0, 1];
        Assert.Equal(value, Json(metric, predictions, references, options).GetProperty("corpus").GetProperty("value").GetDouble(), 1e-12);
        object[] Words(object[] labels) => [.. labels.Select(l => l is 1 ? "1" : "no")];
        Assert.Equal(value, Json(metric, Words(predictions), Words(references), options).GetProperty("corpus").GetProperty("value").GetDouble(), 1e-12);
    }

    [Fact]
    public void Correlation_of_a_constant_is_the_string_NaN() =>
        Assert.Equal("NaN", Json("pearson", [1.0, 1.0, 1.0], [1, 2, 3]).GetProperty("corpus").GetProperty("value").GetString());

    [Fact]
    public void Exact_match_tries_every_reference_and_says_which_examples_matched()
    {
        var document = Json("exact_match", ["The Cat", "dog", "x"], [new[] { "a cat", "the cat" }, "Dog!", "y"], "--per-example", "--ignore-case", "--ignore-punctuation");
        Assert.Equal([1, 1, 0], document.GetProperty("examples").EnumerateArray().Select(e => e.GetProperty("value").GetDouble()));
    }

    [Fact]
    public void Without_json_the_scores_are_a_table()
    {
        var outcome = Score("rouge", Write("p", "a b"), Write("r", "a c"), "--per-example");
        Assert.Equal(0, outcome.Exit);
        Assert.Contains("rouge1     0.5000     0.5000  0.5000", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("over 1 example\n", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_change_no_byte()
    {
        var pairs = Golden("rouge", "pairs.jsonl");
        var (p, r) = (Write("p", [.. pairs.Select(x => x.GetProperty("prediction").GetString()!)]), Write("r", [.. pairs.Select(x => x.GetProperty("reference").GetString()!)]));
        foreach (var metric in new[] { "rouge", "sacrebleu", "chrf" })
            Assert.Equal(Score(metric, p, r, "--json", "--per-example", "--threads", "1").Out, Score(metric, p, r, "--json", "--per-example", "--threads", "4").Out);
    }

    [Theory]
    [InlineData("rogue", "did you mean 'rouge'?")]
    [InlineData("sacrebleau", "did you mean 'sacrebleu'?")]
    [InlineData("perplexity", "known: ")]
    public void An_unknown_metric_is_refused_with_what_was_meant(string metric, string remedy)
    {
        var outcome = Score(metric, Write("p", "a"), Write("r", "a"));
        Assert.Equal(2, outcome.Exit);
        Assert.Contains(metric, outcome.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
    }

    [Theory]
    [InlineData("bleu", "has no option stemmer", "--stemmer")]
    [InlineData("rouge", "has no option lowercase", "--lowercase")]
    [InlineData("accuracy", "has no option beta", "--beta", "2")]
    [InlineData("sacrebleu", "unknown tokenize '13b'", "--tokenize", "13b")]
    [InlineData("sacrebleu", "max_ngram_order '0'", "--max-ngram-order", "0")]
    [InlineData("sacrebleu", "smooth_value does nothing", "--smooth-value", "1")]
    [InlineData("rouge", "unknown ROUGE measure 'rougeX'", "--rouge-types", "rouge1,rougeX")]
    [InlineData("matthews", "no value for a single example", "--per-example")]
    public void An_option_that_does_not_apply_is_refused(string metric, string message, params string[] options)
    {
        var outcome = Score(metric, Write("p", "a"), Write("r", "a"), options);
        Assert.Equal(2, outcome.Exit);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"a\"\n\"b\n", "rouge", "p:2:3")]
    [InlineData("\"a\"\nb\n", "rouge", "p:2:1")]
    [InlineData("\"a\" \"b\"\n", "rouge", "p:1:5")]
    [InlineData("\"a\"\n\n\"b\"\n", "rouge", "line 2 holds an empty line")]
    [InlineData("\"a\"\n7\n", "rouge", "line 2 holds a number")]
    [InlineData("1\n\"x\"\n", "pearson", "line 2 holds a string")]
    [InlineData("1\n1e999\n", "pearson", "line 2 holds a number")]
    [InlineData("\"a\"\n[\"b\"]\n", "rouge", "line 2 holds an array")]
    [InlineData("\"a\"\n{}\n", "accuracy", "line 2 holds an object")]
    [InlineData("\"a\"\nnull\n", "accuracy", "line 2 holds null")]
    [InlineData("\"a\"\n\"\\ud800\"\n", "rouge", "p:2")]
    [InlineData("", "rouge", "the file is empty")]
    public void A_bad_line_is_named(string file, string metric, string message)
    {
        var outcome = Score(metric, _folder.Write("p", file), Write("r", metric == "pearson" ? [1, 2] : ["a", "b"]));
        Assert.Equal(2, outcome.Exit);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_different_length_are_refused_at_the_first_lonely_line()
    {
        var outcome = Score("rouge", Write("p", "a", "b", "c"), Write("r", "a", "b"));
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("p:3", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("has 3 lines", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_of_two_kinds_are_refused_where_they_meet()
    {
        var outcome = Score("accuracy", Write("p", "a", "b"), Write("r", "a", 1));
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("r:2", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_list_of_references_is_refused()
    {
        var outcome = Score("rouge", Write("p", "a"), Write("r", (object)Array.Empty<string>()));
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("empty array", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Bleu_without_a_word_is_refused_where_evaluate_divides_by_zero()
    {
        var outcome = Score("bleu", Write("p", ""), Write("r", ""));
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("bleu is not defined", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_lists_metrics_flags_and_an_example()
    {
        var outcome = Mergelab.Run("score", "--help");
        Assert.Equal(0, outcome.Exit);
        foreach (var text in new[] { "sacrebleu", "--stemmer", "--tokenize", "--per-example", "Example:" }) Assert.Contains(text, outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_flag_is_named()
    {
        var outcome = Mergelab.Run("score", "--metric", "rouge", "--references", Write("r", "a"));
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("no --predictions given", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var outcome = Score("rouge", _folder.File("none.jsonl"), Write("r", "a"));
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("none.jsonl", outcome.Error, StringComparison.Ordinal);
    }
}
