using System.CommandLine;
using MergeLab.Cli.Commands;
using MergeLab.Cli.Runs;
using MergeLab.Core.Errors;
using MergeLab.Execution;
using MergeLab.Results;
using MergeLab.Results.Comparison;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab run</c>: runs what is missing of the chosen experiments, and brings their results to <c>results/</c>.</summary>
static class RunVerb
{
    static readonly Option<bool> KeepGoing = new("--keep-going") { Description = "After a failure, still run what does not need the failed stage" };
    static readonly Option<bool> Compare = new("--compare") { Description = "Compare with the accepted snapshots; a value outside its tolerance is a failure" };
    static readonly Option<string?> Results = new("--results") { Description = "Folder of results (default: results in the repository)", HelpName = "DIR" };
    static readonly Option<string> Profile = new("--profile") { Description = "Where stages run: local", HelpName = "NAME", DefaultValueFactory = _ => "local" };

    public static Verb Create()
    {
        var verb = new Verb("run", "Run experiments; with --json, one event a line", "mergelab run --experiment smoke --compare", Run)
        {
            KeepGoing, Compare, Results, Profile, ExperimentOptions.Cores, ExperimentOptions.Memory,
        };
        foreach (var option in ExperimentOptions.Selection) verb.Options.Add(option);
        return verb;
    }

    static ExitCode Run(Invocation invocation)
    {
        if (invocation.Get(Profile) is not "local" and var profile)
            throw new ProblemException($"--profile {profile}: not available", why: "stages run on this machine only", remedy: "leave it out, or give local");
        var (graph, selected, whole) = ExperimentOptions.Select(invocation);
        var budget = ExperimentOptions.Budget(invocation);
        using var cache = ExperimentOptions.OpenCache(invocation);
        RunSummary summary;
        using (var observer = RunDisplay.Create(invocation, selected.Stages, () => new Planner(cache, ExperimentOptions.Kinds).Plan(selected.Stages, budget)))
            summary = new Scheduler(cache, ExperimentOptions.Kinds).Run(selected.Stages, new RunOptions(budget, invocation.Get(KeepGoing)), observer, invocation.Cancellation);
        if (summary.Interrupted) throw new OperationCanceledException(invocation.Cancellation);
        if (!whole) return summary.Exit;

        var publisher = new ResultPublisher(invocation.Get(Results) ?? Path.Combine(RepositoryFolder.Find(), "results"));
        var outcomes = graph.Experiments.Select(e => publisher.Publish(e, graph, summary)).ToList();
        foreach (var outcome in outcomes.Where(o => o.Report is not null)) invocation.Say($"{outcome.Name}: {Shown(outcome.Report!)}");
        if (summary.Exit != ExitCode.Done || !invocation.Get(Compare)) return summary.Exit;
        return Check(invocation, outcomes);
    }

    /// <summary>Every experiment is compared before the first failure ends the run, so that one look shows all that moved.</summary>
    static ExitCode Check(Invocation invocation, List<ExperimentOutcome> outcomes)
    {
        var exit = ExitCode.Done;
        foreach (var outcome in outcomes)
        {
            try
            {
                if (SnapshotCheck.IsIdentical(outcome.Folder!))
                {
                    invocation.Say($"{outcome.Name}: the snapshot to the bit");
                    continue;
                }
                var report = SnapshotCheck.Require(outcome.Folder!);
                invocation.Say($"{outcome.Name}: {report.Cells.Count} cells as in the snapshot ({report.Cells.Count(c => c.Verdict == Verdict.Identical)} identical)");
            }
            catch (ProblemException e)
            {
                invocation.Error.WriteLine($"error: {outcome.Name}: {e.Problem}");
                exit = e.Problem.Exit;
            }
        }
        return exit;
    }

    static string Shown(string path) => Path.GetRelativePath(Environment.CurrentDirectory, path) is var near && near.StartsWith("..", StringComparison.Ordinal) ? path : near;
}
