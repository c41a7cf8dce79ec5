using System.Text.Json;

namespace MergeLab.Cli.Tests.Verbs;

public sealed class InterferenceVerbTests
{
    static string Model(string name) => Repository.Golden("recipes", "models", name);

    [Fact]
    public void More_rank_loses_less_and_interferes_more()
    {
        var run = Mergelab.Run("interference", Model("llama-a"), Model("llama-b"), Model("llama-d"), "--rank-fraction", "0", "0.1", "0.5", "1", "--normalize", "sum", "--json");
        Assert.Equal(0, run.Exit);
        var report = JsonElement.Parse(run.Out);
        var total = report.GetProperty("total").EnumerateArray().Select(m => (Lost: m.GetProperty("lost").GetDouble(), I: m.GetProperty("interference").GetDouble())).ToList();
        Assert.Equal(1, total[0].Lost, 1e-12);
        Assert.Equal(0, total[0].I);
        Assert.True(total[0].Lost > total[1].Lost && total[1].Lost > total[2].Lost && total[3].Lost < 1e-12);
        Assert.True(total[0].I < total[1].I && total[1].I < total[2].I && total[2].I < total[3].I);
        Assert.All(report.GetProperty("matrices").EnumerateArray(), m => Assert.DoesNotContain("embed", m.GetProperty("name").GetString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("llama-5layers", "lacks a matrix", "")]
    [InlineData("llama-b", "out of range", "--rank-fraction 1.5")]
    [InlineData("llama-b", "no such way", "--normalize max")]
    public void What_cannot_be_measured_is_named(string other, string said, string flags)
    {
        var run = Mergelab.Run(["interference", Model("llama-5layers"), Model(other == "llama-5layers" ? "llama-a" : other), .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(2, run.Exit);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }
}
