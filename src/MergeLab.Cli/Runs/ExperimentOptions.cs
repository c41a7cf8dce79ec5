using System.CommandLine;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Execution;
using MergeLab.Experiments;
using MergeLab.Experiments.Graph;
using MergeLab.Store;

namespace MergeLab.Cli.Runs;

/// <summary>Options that choose experiments, stages and what a run may use; and what they mean.</summary>
static class ExperimentOptions
{
    public static readonly Option<string?> Experiment = new("--experiment") { Description = "Only these experiments, names or globs with commas between (default: all that are not slow)", HelpName = "NAMES" };
    public static readonly Option<string?> Only = new("--only") { Description = "Only these stages, globs over their ids", HelpName = "GLOBS" };
    public static readonly Option<string?> From = new("--from") { Description = "These stages and all that need them", HelpName = "GLOBS" };
    public static readonly Option<string?> Until = new("--until") { Description = "These stages and all they need", HelpName = "GLOBS" };
    public static readonly Option<bool> Slow = new("--slow") { Description = "Also the experiments that are marked slow" };
    public static readonly Option<int?> Cores = new("--cores") { Description = "Stages at once (default: as many as --threads)", HelpName = "N" };
    public static readonly Option<string?> Memory = new("--memory") { Description = "Memory that stages may take together, such as 8GB (default: the machine's)", HelpName = "SIZE" };

    public static readonly Option<string?> Tree = new("--experiments") { Description = "Folder of experiment files (default: experiments in the repository)", HelpName = "DIR" };

    public static Option[] Selection => [Experiment, Slow, Only, From, Until, Tree];

    /// <summary>The chosen experiments' graph, and the part of it that was asked for.</summary>
    public static (ExperimentGraph Graph, SelectedStages Selected, bool Whole) Select(Invocation invocation)
    {
        var tree = ExperimentTree.Load(invocation.Get(Tree) ?? Path.Combine(RepositoryFolder.Find(), "experiments"));
        var chosen = invocation.Get(Experiment) is { } names ? tree.Select(names) : invocation.Get(Slow) ? tree.All : tree.Default;
        if (chosen.Count == 0) throw new ProblemException("no experiment", new Place(tree.Root), remedy: "write one, or give --experiment");
        var graph = ExperimentGraph.Build(chosen);
        var (only, from, until) = (invocation.Get(Only), invocation.Get(From), invocation.Get(Until));
        var whole = only is null && from is null && until is null;
        return (graph, StageSelection.Parse(only, from, until).Apply(graph.Stages), whole);
    }

    public static Budget Budget(Invocation invocation)
    {
        var cores = invocation.Get(Cores) ?? invocation.Threads;
        if (cores is < 1 or > 1024) throw new ProblemException($"--cores {cores}: not a number of cores", remedy: "give a whole number from 1 to 1024");
        return new Budget(cores, invocation.Get(Memory) is { } size ? ByteSize.Parse(size, "--memory") : Execution.Budget.Here.Memory);
    }

    public static StageCache OpenCache(Invocation invocation) => new(CacheFolder.Resolve(invocation.Get(GlobalOptions.Cache)));

    public static StageKindSet Kinds { get; } = new(Stages.StageTable.All);
}
