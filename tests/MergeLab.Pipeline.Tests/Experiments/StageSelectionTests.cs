using MergeLab.Core.Errors;
using MergeLab.Experiments;
using MergeLab.Experiments.Graph;

namespace MergeLab.Pipeline.Tests.Experiments;

public class StageSelectionTests
{
    static readonly StageGraph Graph = ExperimentGraph.Build(Samples.Read(Samples.With("tasks: all", "tasks: far"))).Stages;

    static string[] Wanted(string? only = null, string? from = null, string? until = null) =>
        [.. StageSelection.Parse(only, from, until).Apply(Graph).Wanted.OrderBy(n => Graph.Nodes.ToList().IndexOf(n)).Select(n => n.Id["sample/".Length..])];

    [Fact]
    public void Nothing_asked_for_is_everything() => Assert.Equal(Graph.Nodes.Count, StageSelection.Everything.Apply(Graph).Wanted.Count);

    [Fact]
    public void Only_takes_the_named_stages_and_brings_what_they_need()
    {
        var selected = StageSelection.Parse(only: "sample/merge/average/two").Apply(Graph);
        Assert.Equal("sample/merge/average/two", Assert.Single(selected.Wanted).Id);
        Assert.Equal(["sample/vectors/a", "sample/vectors/b", "sample/merge/average/two"], selected.Stages.Nodes.Select(n => n.Id));
    }

    [Fact]
    public void From_takes_what_hangs_on_a_stage() => Assert.Equal(
        ["vectors/c", "merge/geometric_median/three", "evaluate/geometric_median/three/far", "report"], Wanted(from: "sample/vectors/c"));

    [Fact]
    public void Until_takes_what_a_stage_hangs_on() => Assert.Equal(
        ["vectors/a", "vectors/b", "merge/average/two", "evaluate/average/two/far"], Wanted(until: "sample/evaluate/average/*"));

    [Fact]
    public void Together_they_narrow_each_other_down()
    {
        Assert.Equal(["vectors/a", "merge/average/two", "evaluate/average/two/far"], Wanted(from: "sample/vectors/a", until: "sample/evaluate/average/two/far"));
        Assert.Equal(["merge/average/two"], Wanted(only: "*/merge/*", from: "sample/vectors/a", until: "sample/evaluate/average/two/far"));
        Assert.Equal("no stage is left to run", Assert.Throws<ProblemException>(() => Wanted(from: "sample/report", until: "sample/verify")).Problem.What);
    }

    [Fact]
    public void A_pattern_without_a_match_is_refused()
    {
        Assert.Contains("did you mean 'sample/merge/average/two'?", Assert.Throws<ProblemException>(() => Wanted(only: "sample/merge/averge/two")).Message, StringComparison.Ordinal);
        Assert.Contains("no stage matches 'sampel/*'", Assert.Throws<ProblemException>(() => Wanted(only: "sample/verify,sampel/*")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/*/c", "a/b/c", true)]
    [InlineData("a/*/c", "a/b/x=1/c", true)]
    [InlineData("a/*/c", "a/b/d", false)]
    [InlineData("a/?/c", "a/b/c", true)]
    [InlineData("a/?/c", "a/bb/c", false)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/b", "a/b/c", true)]
    [InlineData("a/b", "a/bb", false)]
    [InlineData("*", "anything/at/all", true)]
    [InlineData("*b", "aab/c", true)]
    [InlineData("A/b", "a/b", false)]
    [InlineData("", "a", false)]
    [InlineData("*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void Globs_match_over_slashes_and_take_what_stands_below(string pattern, string text, bool matches) => Assert.Equal(matches, new Glob(pattern).Matches(text));
}
