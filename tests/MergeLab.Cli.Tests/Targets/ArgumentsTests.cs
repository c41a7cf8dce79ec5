using MergeLab.Build;
using MergeLab.Core.Errors;

namespace MergeLab.Cli.Tests.Targets;

public class ArgumentsTests
{
    [Theory]
    [InlineData("--target=Tset", "unknown target 'Tset'", "did you mean 'Test'?")]
    [InlineData("--target=Test --fliter=x", "unknown argument --fliter", "did you mean 'filter'?")]
    [InlineData("--targte=Test", "unknown argument --targte", "did you mean 'target'?")]
    [InlineData("--target=Bench --filter=x", "--filter does not belong to Build, Bench", "it is a flag of Test")]
    [InlineData("--target=Merge --out=x", "--recipe=FILE is missing", "--recipe: the recipe to merge by (mergekit's YAML, and ours)")]
    [InlineData("--target=Test --filter", "--filter has no value", "write --filter=EXPRESSION")]
    public void A_wrong_command_line_is_refused_with_what_was_meant(string line, string what, string remedy)
    {
        var problem = Assert.Throws<ProblemException>(() => Checked(line)).Problem;
        Assert.Equal((what, remedy, ExitCode.BadInput), (problem.What, problem.Remedy, problem.Exit));
    }

    [Theory]
    [InlineData("", "Reproduce")]
    [InlineData("--target=test --category=Slow", "Test")]
    [InlineData("--target=Build --target=Clean", "Build, Clean")]
    [InlineData("--target=Build --settings_verbosity=quiet --invalidate-script-cache", "Build")]
    [InlineData("--target=Merge --recipe=a.yml --overwrite", "Merge")]
    public void A_right_command_line_names_its_targets(string line, string targets) =>
        Assert.Equal(targets, string.Join(", ", Checked(line).Select(t => t.Name)));

    [Theory]
    [InlineData("--filter=A", "(A)")]
    [InlineData("--category=Slow", "(Category=Slow)")]
    [InlineData("--category=!Slow --filter=A|B", "(A|B)&(Category!=Slow)")]
    [InlineData("", null)]
    public void Filter_and_category_become_one_expression(string line, string? expression) =>
        Assert.Equal(expression, TestRun.Expression(Parsed(line)));

    [Fact]
    public void Flags_for_mergelab_keep_their_values_and_paths_are_taken_from_the_users_folder()
    {
        using var children = new Children(Repository.Root);
        var invocation = new Invocation(Repository.Root, "/home/user", Parsed("--out=a/../b --overwrite --plan=false --shard-size=5GB"), children);
        Assert.Equal(["--out", "/home/user/b", "--overwrite", "--shard-size", "5GB"], invocation.Given(Acts.MergeFlags));
    }

    [Fact]
    public void Every_target_needs_only_targets_there_are() =>
        Assert.Empty(TargetTable.All.SelectMany(t => t.Needs).Except(TargetTable.All.Select(t => t.Name)));

    static IReadOnlyList<Target> Checked(string line)
    {
        var arguments = Parsed(line);
        var asked = arguments.Targets(TargetTable.All, TargetTable.Standard);
        arguments.Check(TargetTable.All, asked);
        return asked;
    }

    /// <summary>As Cake hands them on: names without dashes, values in order, a switch with none.</summary>
    static Arguments Parsed(string line) => new(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(a => a.TrimStart('-').Split('=', 2))
        .GroupBy(a => a[0])
        .Select(g => KeyValuePair.Create<string, IReadOnlyList<string>>(g.Key, [.. g.Where(a => a.Length > 1).Select(a => a[1])])));
}
