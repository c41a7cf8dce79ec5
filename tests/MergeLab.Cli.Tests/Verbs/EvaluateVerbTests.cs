using System.Text.Json.Nodes;

namespace MergeLab.Cli.Tests.Verbs;

public class EvaluateVerbTests
{
    const string Model = "experiments/zoo/t5-micro";

    static Mergelab.Outcome Evaluate(params string[] arguments) => Mergelab.Run(["evaluate", "--model", Model, .. arguments]);

    [Fact]
    public void Scores_and_answers_are_the_same_bytes_for_any_number_of_threads()
    {
        using var scratch = new ScratchFolder();
        string[] outcomes = [.. new[] { "1", "3" }.Select(threads =>
        {
            var run = Evaluate("--adapter", "experiments/zoo/t5-micro-lora/title", "--data", "experiments/zoo/world/title.jsonl", "--metric", "rouge", "--split", "test", "--limit", "150",
                "--threads", threads, "--json", "--out", scratch.File(threads + ".parquet"));
            Assert.Equal((0, ""), (run.Exit, run.Error));
            return run.Out;
        })];
        Assert.Equal(outcomes[0], outcomes[1]);
        Assert.Equal(File.ReadAllBytes(scratch.File("1.parquet")), File.ReadAllBytes(scratch.File("3.parquet")));
        var json = JsonNode.Parse(outcomes[0])!;
        Assert.Equal((150, "rouge"), ((int)json["examples"]!, (string)json["metric"]!));
        Assert.Equal((double)json["values"]!["rougeL"]!, (double)json["value"]!);
        Assert.InRange((double)json["stderr"]!, 1e-4, 0.1);
    }

    [Theory]
    [InlineData("{\"input\":\"describe : name : mira\"}", "accuracy", "'target' is missing")]
    [InlineData("{\"input\":\"describe : qwerty\",\"target\":\"a\"}", "accuracy", "'qwerty'")]
    [InlineData("{\"input\":\"describe : name : mira\",\"target\":\"a\"}", "acuracy", "accuracy")]
    [InlineData("{\"input\":\"describe : name : mira\",\"target\":\"a\"}", "pearson", "compares numbers")]
    public void A_mistake_is_one_message_and_exit_code_2(string line, string metric, string message)
    {
        using var scratch = new ScratchFolder();
        var run = Evaluate("--data", scratch.Write("rows.jsonl", line + "\n"), "--metric", metric);
        Assert.Equal((2, ""), (run.Exit, run.Out));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_without_rows_is_refused()
    {
        var run = Evaluate("--data", "experiments/zoo/world/nli.jsonl", "--metric", "accuracy", "--split", "train");
        Assert.Equal(2, run.Exit);
        Assert.Contains("no rows in the split 'train'", run.Error, StringComparison.Ordinal);
    }
}
