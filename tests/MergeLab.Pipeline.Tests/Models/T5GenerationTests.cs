using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Models.Generation;
using MergeLab.Models.T5;
using MergeLab.Pipeline.Tests.Tensors;

namespace MergeLab.Pipeline.Tests.Models;

/// <summary>Generated ids must be transformers', all of them; beam scores within the recorded tolerance.</summary>
[Collection(Alone.Name)]
public sealed class T5GenerationTests
{
    public static TheoryData<string, string> Cases => ModelGolden.Cases("t5", "generate");

    public static TheoryData<string, string> ChoiceCases => ModelGolden.Cases("t5", "choices");

    [Fact]
    public void There_are_cases() => Assert.True(Cases.Count >= 5 && ChoiceCases.Count >= 1, $"{Cases.Count} and {ChoiceCases.Count} cases");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_run_generates_the_references_ids(string model, string name)
    {
        TorchRuntime.Load();
        var handles = TorchRuntime.LiveHandles;
        using (var golden = new ModelGolden(model))
        {
            var one = golden.Case(name);
            using var source = Checkpoint.Open(golden.Checkpoint);
            using var t5 = T5Model.Load(source);
            var (ids, mask) = (Matrix(one, "input_ids")!, Matrix(one, "attention_mask"));
            Assert.True(one.GetProperty("runs").GetArrayLength() > 0);
            foreach (var run in one.GetProperty("runs").EnumerateArray())
            {
                var text = run.GetProperty("options").GetRawText();
                var options = t5.Defaults.With(ConfigOf(run.GetProperty("options")), t5.VocabularySize);
                var found = TextGenerator.Generate(t5, ids, mask, options);
                var expected = run.GetProperty("sequences").EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetInt64()).ToArray()).ToArray();
                Assert.True(expected.Length == found.Sequences.Count && expected.Zip(found.Sequences, (e, f) => e.SequenceEqual(f)).All(same => same), $"{text}:\n{Show(expected)}\nfound\n{Show(found.Sequences)}");
                if (!run.TryGetProperty("sequences_scores", out var scores)) continue;
                var tolerance = run.GetProperty("scores_tolerance").GetDouble();
                Assert.All(scores.EnumerateArray().Zip(found.Scores!), s => Assert.True(Math.Abs(s.First.GetDouble() - s.Second) <= tolerance, $"{text}: {s.First} {s.Second}"));
            }
        }
        Assert.Equal(handles, TorchRuntime.LiveHandles);
    }

    [Theory]
    [MemberData(nameof(ChoiceCases))]
    public void Choices_are_scored_as_the_reference_scores_them(string model, string name)
    {
        TorchRuntime.Load();
        var handles = TorchRuntime.LiveHandles;
        using (var golden = new ModelGolden(model))
        {
            var asked = golden.Case(name).GetProperty("questions").EnumerateArray().ToList();
            Assert.NotEmpty(asked);
            using var source = Checkpoint.Open(golden.Checkpoint);
            using var t5 = T5Model.Load(source);
            var found = ChoiceScorer.Score(t5, [.. asked.Select(q => new Question(Ints(q.GetProperty("prompt")), [.. q.GetProperty("choices").EnumerateArray().Select(Ints)]))], threads: 2);
            foreach (var (question, scores) in asked.Zip(found))
            {
                var tolerance = question.GetProperty("tolerance").GetDouble();
                Assert.All(question.GetProperty("sum").EnumerateArray().Zip(scores.Sum), s => Assert.Equal(s.First.GetDouble(), s.Second, tolerance));
                Assert.All(question.GetProperty("mean").EnumerateArray().Zip(scores.Mean), s => Assert.Equal(s.First.GetDouble(), s.Second, tolerance));
                Assert.Equal((question.GetProperty("best_by_sum").GetInt32(), question.GetProperty("best_by_mean").GetInt32()), (scores.BestBySum, scores.BestByMean));
            }
        }
        Assert.Equal(handles, TorchRuntime.LiveHandles);
    }

    [Fact]
    public void Many_inputs_of_any_lengths_give_the_same_whatever_the_number_of_threads()
    {
        using var golden = new ModelGolden("t5-v11-untied");
        using var source = Checkpoint.Open(golden.Checkpoint);
        using var t5 = T5Model.Load(source);
        var random = new Random(5);
        int[][] inputs = [.. Enumerable.Range(0, 150).Select(_ => Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.Next(2, 60)).Append(1).ToArray())];
        foreach (var options in new[] { t5.Defaults with { MaxNewTokens = 40 }, t5.Defaults with { MaxNewTokens = 8, Beams = 3, ReturnSequences = 2 } })
        {
            var (one, three) = (TextGenerator.Generate(t5, inputs, options), TextGenerator.Generate(t5, inputs, options, threads: 3));
            Assert.Equal(inputs.Length * options.ReturnSequences, one.Sequences.Count);
            Assert.Equal(one.Sequences, three.Sequences);
            Assert.Equal(one.Scores, three.Scores);
            foreach (var i in new[] { 0, 77, 149 })
            {
                // An input alone: other rows of its batch must not show, except as padding at the end.
                var alone = TextGenerator.Generate(t5, [inputs[i]], options).Sequences[0];
                Assert.Equal(alone, one.Sequences[i * options.ReturnSequences][..alone.Length]);
            }
        }
    }

    [Theory]
    [InlineData("""{"max_new_tokens": 0}""", "max_new_tokens")]
    [InlineData("""{"num_beams": 100000}""", "num_beams")]
    [InlineData("""{"repetition_penalty": 0}""", "repetition_penalty")]
    [InlineData("""{"eos_token_id": [1, 61]}""", "eos_token_id")]
    [InlineData("""{"early_stopping": "sometimes"}""", "early_stopping")]
    public void An_absurd_option_is_refused_by_name_and_line(string json, string option)
    {
        using var scratch = new ScratchFolder();
        var file = scratch.Write(GenerationOptions.FileName, json);
        var problem = Assert.Throws<ProblemException>(() => new GenerationOptions().With(ModelConfig.Read(file), 61)).Problem;
        Assert.Contains(option, problem.ToString(), StringComparison.Ordinal);
        Assert.Equal((file, 1), (problem.Where!.File, problem.Where.Line));
    }

    [Fact]
    public void More_results_than_beams_are_refused() =>
        Assert.Contains("num_beams", Assert.Throws<ProblemException>(() => new GenerationOptions { Beams = 2, ReturnSequences = 3 }.Checked(10)).Message, StringComparison.Ordinal);

    static ModelConfig ConfigOf(JsonElement options)
    {
        using var scratch = new ScratchFolder();
        return ModelConfig.Read(scratch.Write(GenerationOptions.FileName, options.GetRawText()));
    }

    static long[,]? Matrix(JsonElement one, string name)
    {
        if (!one.GetProperty("inputs").TryGetProperty(name, out var rows)) return null;
        var result = new long[rows.GetArrayLength(), rows[0].GetArrayLength()];
        for (var i = 0; i < result.GetLength(0); i++)
            for (var j = 0; j < result.GetLength(1); j++) result[i, j] = rows[i][j].GetInt64();
        return result;
    }

    static int[] Ints(JsonElement list) => [.. list.EnumerateArray().Select(v => v.GetInt32())];

    static string Show(IEnumerable<long[]> rows) => string.Join('\n', rows.Select(r => string.Join(' ', r)));
}
