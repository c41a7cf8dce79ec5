using System.Text.Json;

namespace MergeLab.Cli.Tests.Verbs;

public sealed class GenerateVerbTests
{
    static readonly string Folder = Repository.Golden("models", "t5-v10-tied");

    [Fact]
    public void Greedy_and_beam_runs_give_the_references_sequences_and_scores()
    {
        using var scratch = new ScratchFolder();
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "golden.json")));
        var one = document.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "generate");
        var inputs = scratch.File("inputs.safetensors");
        SafetensorsFiles.Write(inputs, [.. one.GetProperty("inputs").EnumerateObject().Select(p => (p.Name, p.Value))]);
        var runs = one.GetProperty("runs").EnumerateArray().ToList();
        foreach (var run in new[] { runs[0], runs.First(r => r.GetProperty("options").TryGetProperty("early_stopping", out var when) && when.ValueKind == JsonValueKind.String) })
        {
            string[] flags = [.. run.GetProperty("options").EnumerateObject().SelectMany(o => new[] { "--" + o.Name.Replace('_', '-'), o.Value.ToString() })];
            string[] command = ["generate", "--model", Path.Combine(Folder, "hf"), "--inputs", inputs, "--json", .. flags];
            var done = Mergelab.Run([.. command, "--threads", "1"]);
            Assert.Equal((0, ""), (done.Exit, done.Error));
            Assert.Equal(done.Out, Mergelab.Run([.. command, "--threads", "3"]).Out);
            using var found = JsonDocument.Parse(done.Out);
            Assert.Equal(JsonSerializer.Serialize(run.GetProperty("sequences")), found.RootElement.GetProperty("sequences").GetRawText());
            if (!run.TryGetProperty("sequences_scores", out var scores)) continue;
            Assert.All(scores.EnumerateArray().Zip(found.RootElement.GetProperty("scores").EnumerateArray()),
                s => Assert.Equal(s.First.GetDouble(), s.Second.GetDouble(), run.GetProperty("scores_tolerance").GetDouble()));
        }
    }

    [Fact]
    public void A_prompt_becomes_text_where_the_folder_has_a_tokenizer()
    {
        using var scratch = new ScratchFolder();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder, "hf"))) File.Copy(file, scratch.File(Path.GetFileName(file)));
        var words = string.Join(", ", Enumerable.Range(0, 61).Select(i => $"\"w{i}\": {i}"));
        scratch.Write("tokenizer.json", $$$"""{"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "WhitespaceSplit"}, "model": {"type": "WordLevel", "vocab": { {{{words}}} }, "unk_token": "w2"}}""");
        var run = Mergelab.Run("generate", "--model", scratch.Path, "--prompt", "w18 w11 w46 w1", "--max-new-tokens", "3", "--json");
        Assert.Equal((0, ""), (run.Exit, run.Error));
        using var found = JsonDocument.Parse(run.Out);
        var ids = found.RootElement.GetProperty("sequences")[0].EnumerateArray().Select(i => i.GetInt32()).ToList();
        Assert.Equal(4, ids.Count);
        Assert.Equal(string.Join(' ', ids.Select(i => $"w{i}")), found.RootElement.GetProperty("text")[0].GetString());
    }

    [Theory]
    [InlineData("--max-new-tokens", "0")]
    [InlineData("--num-return-sequences", "2")]
    [InlineData("--early-stopping", "soon")]
    [InlineData("--eos-token-id", "61")]
    public void An_absurd_option_is_refused(string flag, string value)
    {
        using var scratch = new ScratchFolder();
        using var ids = JsonDocument.Parse("[[5, 6, 1]]");
        SafetensorsFiles.Write(scratch.File("inputs.safetensors"), [("input_ids", ids.RootElement)]);
        var run = Mergelab.Run("generate", "--model", Path.Combine(Folder, "hf"), "--inputs", scratch.File("inputs.safetensors"), flag, value);
        Assert.Equal((2, ""), (run.Exit, run.Out));
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_inputs_it_says_what_to_give()
    {
        var run = Mergelab.Run("generate", "--model", Path.Combine(Folder, "hf"));
        Assert.Equal(2, run.Exit);
        Assert.Contains("--prompt", run.Error, StringComparison.Ordinal);
    }
}
