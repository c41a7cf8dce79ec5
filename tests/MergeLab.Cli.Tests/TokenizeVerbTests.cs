using System.Text.Json;

namespace MergeLab.Cli.Tests;

public class TokenizeVerbTests
{
    static readonly string folder = Repository.Golden("tokenizers", "wordlevel");

    static IEnumerable<JsonElement> Cases(string kind) => File.ReadLines(Path.Combine(folder, "cases.jsonl"))
        .Select(l => JsonDocument.Parse(l).RootElement).Where(c => c.GetProperty("kind").GetString() == kind);

    [Fact]
    public void Texts_and_pairs_are_encoded_as_by_the_reference_in_the_order_of_the_lines()
    {
        using var scratch = new ScratchFolder();
        var goldens = Cases("encode").Concat(Cases("pair")).ToList();
        var input = scratch.Write("texts.jsonl", string.Concat(goldens.Select(g =>
            (g.TryGetProperty("pair", out var pair) ? $"[{g.GetProperty("text").GetRawText()}, {pair.GetRawText()}]" : g.GetProperty("text").GetRawText()) + "\n")));
        var run = Mergelab.Run("tokenize", "--tokenizer", folder, "--input", input);
        Assert.Equal((0, ""), (run.Exit, run.Error));
        var lines = Lines(run.Out);
        Assert.True(goldens.Count > 100);
        Assert.Equal(goldens.Count, lines.Count);
        foreach (var (golden, line) in goldens.Zip(lines))
        {
            foreach (var field in new[] { "ids", "tokens", "offsets" })
                Assert.True(JsonElement.DeepEquals(golden.GetProperty(field), line.GetProperty(field)), $"{field} of {golden}: {line}");
            Assert.Equal(golden.GetProperty("special").GetString(), string.Concat(line.GetProperty("special_tokens_mask").EnumerateArray()));
            Assert.All(line.GetProperty("attention_mask").EnumerateArray(), a => Assert.Equal(1, a.GetInt32()));
            if (golden.TryGetProperty("type_ids", out var types)) Assert.True(JsonElement.DeepEquals(types, line.GetProperty("type_ids")));
            else Assert.All(line.GetProperty("type_ids").EnumerateArray(), a => Assert.Equal(0, a.GetInt32()));
        }
    }

    [Fact]
    public void A_line_that_holds_no_ids_is_named_with_what_is_wanted()
    {
        using var scratch = new ScratchFolder();
        var run = Mergelab.Run("detokenize", "--tokenizer", folder, "--input", scratch.Write("lines.jsonl", "\n\"a\"\n"));
        Assert.Equal(2, run.Exit);
        Assert.Contains("\"a\" is not an array of ids", run.Error, StringComparison.Ordinal);
        Assert.Contains("lines.jsonl:2", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_is_the_same_for_any_number_of_threads()
    {
        using var scratch = new ScratchFolder();
        var input = scratch.Write("texts.jsonl", string.Concat(Enumerable.Range(0, 5_000).Select(i => $"\"the cat {i} walks\"\n")));
        var one = Mergelab.Run("tokenize", "--tokenizer", folder, "--input", input, "--threads", "1");
        Assert.Equal(5_000, Lines(one.Out).Count);
        Assert.Equal(one.Out, Mergelab.Run("tokenize", "--tokenizer", folder, "--input", input, "--threads", "3").Out);
    }

    [Fact]
    public void Flags_truncate_pad_and_leave_special_tokens_out()
    {
        using var scratch = new ScratchFolder();
        var input = scratch.Write("texts.jsonl", "\"the cat walks slowly over the river\"\n\n\"a\"\n");
        var run = Mergelab.Run("tokenize", "--tokenizer", Path.Combine(folder, "tokenizer.json"), "--input", input, "--max-length", "5", "--padding", "longest");
        Assert.Equal(["[2,175,154,148,3]", "[2,12,3,0,0]"], Lines(run.Out).Select(l => l.GetProperty("ids").GetRawText()));
        Assert.Equal(["[1,1,1,1,1]", "[1,1,1,0,0]"], Lines(run.Out).Select(l => l.GetProperty("attention_mask").GetRawText()));
        run = Mergelab.Run("tokenize", "--tokenizer", folder, "--input", input, "--no-special-tokens", "--max-length", "3");
        Assert.Equal(["[175,154,148]", "[12]"], Lines(run.Out).Select(l => l.GetProperty("ids").GetRawText()));
    }

    [Theory]
    [InlineData(true, "decode")]
    [InlineData(false, "decode_all")]
    public void Ids_are_decoded_as_by_the_reference(bool skip, string field)
    {
        using var scratch = new ScratchFolder();
        var goldens = Cases("decode").ToList();
        var input = scratch.Write("ids.jsonl", string.Concat(goldens.Select(g => g.GetProperty("ids").GetRawText() + "\n")));
        var run = Mergelab.Run(["detokenize", "--tokenizer", folder, "--input", input, .. skip ? new[] { "--skip-special-tokens" } : []]);
        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.True(goldens.Count > 20);
        Assert.Equal(goldens.Select(g => g.GetProperty(field).GetString()), Lines(run.Out).Select(l => l.GetString()));
    }

    [Theory]
    [InlineData("{", "not valid JSON", ":2:2")]
    [InlineData("17", "is not a string or [text, pair]", ":2")]
    [InlineData("[\"a\"]", "is not a string or [text, pair]", ":2")]
    [InlineData("\"\\ud800\"", "not valid Unicode", ":2")]
    public void A_bad_line_is_refused_with_its_number(string line, string message, string place)
    {
        using var scratch = new ScratchFolder();
        var input = scratch.Write("texts.jsonl", $"\"a\"\n{line}\n");
        var run = Mergelab.Run("tokenize", "--tokenizer", folder, "--input", input);
        Assert.Equal(2, run.Exit);
        Assert.Contains(message, run.Error);
        Assert.Contains($"texts.jsonl{place}", run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    [Fact]
    public void Another_model_type_is_refused_by_name()
    {
        using var scratch = new ScratchFolder();
        var file = scratch.Write("tokenizer.json", """{"model": {"type": "Unigram", "vocab": []}}""");
        var run = Mergelab.Run("tokenize", "--tokenizer", file, "--input", file);
        Assert.Equal(2, run.Exit);
        Assert.Contains("model type 'Unigram' is not supported yet; supported: WordLevel", run.Error);
    }

    [Theory]
    [InlineData("--tokenizer", "/nowhere/tokenizer.json")]
    [InlineData("--padding", "shortest")]
    [InlineData("--max-length", "-1")]
    public void A_wrong_argument_is_the_users_mistake(string option, string value)
    {
        using var scratch = new ScratchFolder();
        var input = scratch.Write("texts.jsonl", "\"a\"\n");
        string[] arguments = option == "--tokenizer" ? ["tokenize", option, value, "--input", input] : ["tokenize", "--tokenizer", folder, "--input", input, option, value];
        var run = Mergelab.Run(arguments);
        Assert.Equal(2, run.Exit);
        Assert.StartsWith("error: ", run.Error);
    }

    static List<JsonElement> Lines(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
}
