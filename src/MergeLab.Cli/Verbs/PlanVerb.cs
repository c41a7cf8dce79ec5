using System.CommandLine;
using MergeLab.Cli.Commands;
using MergeLab.Cli.Runs;
using MergeLab.Core.Errors;
using MergeLab.Execution;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab plan</c>: what a run would do, and why.</summary>
static class PlanVerb
{
    static readonly Option<bool> Check = new("--check") { Description = "Exit 10 where something would run" };
    static readonly Option<string?> Target = new("--out") { Description = "Write the plan as JSON to this file", HelpName = "FILE" };
    static readonly Option<bool> Names = new("--stages") { Description = "Only list the stages and what they need, without looking at the cache" };

    public static Verb Create()
    {
        var verb = new Verb("plan", "Say what a run would do, and why", "mergelab plan --experiment geomed", Run) { Check, Target, Names, ExperimentOptions.Cores, ExperimentOptions.Memory };
        foreach (var option in ExperimentOptions.Selection) verb.Options.Add(option);
        return verb;
    }

    sealed record ListedStage(string Id, string Kind, IReadOnlyList<string> Needs);

    sealed record Listing(IReadOnlyList<string> Experiments, IReadOnlyList<ListedStage> Stages);

    static ExitCode Run(Invocation invocation)
    {
        var (graph, selected, _) = ExperimentOptions.Select(invocation);
        if (invocation.Get(Names))
        {
            var listing = new Listing([.. graph.Experiments.Select(e => e.Name)], [.. selected.Stages.Nodes.Select(n => new ListedStage(n.Id, n.Kind, [.. n.Needs.Values.Select(d => d.Id).Distinct()]))]);
            if (invocation.Json) invocation.WriteJson(listing);
            else foreach (var stage in listing.Stages) invocation.Out.WriteLine(stage.Id);
            return ExitCode.Done;
        }
        using var cache = ExperimentOptions.OpenCache(invocation);
        var plan = new Planner(cache, ExperimentOptions.Kinds).Plan(selected.Stages, ExperimentOptions.Budget(invocation));
        if (invocation.Get(Target) is { } file) File.WriteAllText(file, plan.ToJson() + "\n");
        if (invocation.Json) invocation.Out.WriteLine(plan.ToJson());
        else if (invocation.Get(Target) is null) invocation.Out.Write(PlanText.Of(plan));
        return invocation.Get(Check) && !plan.IsUpToDate ? ExitCode.WouldRun : ExitCode.Done;
    }
}
