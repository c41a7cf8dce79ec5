using MergeLab.Core.Errors;
using MergeLab.Experiments;

namespace MergeLab.Pipeline.Tests.Experiments;

public sealed class ExperimentTreeTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    void Write(string file, string name, bool slow = false) =>
        scratch.Write(file, $"slow: {(slow ? "true" : "false")}\nname: {name}\nbase: base\nadapters: {{ a: a }}\ntasks: {{ t: {{ data: t.csv, metric: accuracy }} }}\n");

    [Fact]
    public void Experiments_are_found_at_any_depth_but_not_among_recipes_and_models()
    {
        Write("micro/b.yaml", "b");
        Write("paper/vision/c.yml", "c");
        Write("a.yaml", "a");
        foreach (var other in new[] { "recipes/x.yaml", "schema/x.yaml", "zoo/deep/x.yaml", "micro/notes.txt" }) scratch.Write(other, "no experiment: here");
        var tree = ExperimentTree.Load(scratch.Path);
        Assert.Equal(["a", "b", "c"], tree.All.Select(e => e.Name));
        Assert.Equal(scratch.File("micro", "base"), tree.All[1].Base);
    }

    [Fact]
    public void Slow_ones_run_only_when_named()
    {
        Write("one.yaml", "one");
        Write("two.yaml", "two", slow: true);
        Write("three.yaml", "three");
        var tree = ExperimentTree.Load(scratch.Path);
        Assert.Equal(["one", "three"], tree.Select(null).Select(e => e.Name));
        Assert.Equal(["two"], tree.Select("two").Select(e => e.Name));
        Assert.Equal(["one", "three", "two"], tree.Select("t*, one").Select(e => e.Name));
        Assert.Contains("did you mean 'three'?", Assert.Throws<ProblemException>(() => tree.Select("thre")).Message, StringComparison.Ordinal);
        Assert.Contains("no experiment matches 'x*'", Assert.Throws<ProblemException>(() => tree.Select("one,x*")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_files_of_one_name_are_refused_with_both_places()
    {
        Write("one.yaml", "same");
        Write("two.yaml", "Same");
        var message = Assert.Throws<ProblemException>(() => ExperimentTree.Load(scratch.Path)).Message;
        Assert.Contains(scratch.File("one.yaml") + ":2:7", message, StringComparison.Ordinal);
        Assert.Contains(scratch.File("two.yaml") + ":2:7", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_named() => Assert.Equal(scratch.File("none"), Assert.Throws<ProblemException>(() => ExperimentTree.Load(scratch.File("none"))).Problem.Where!.File);
}
