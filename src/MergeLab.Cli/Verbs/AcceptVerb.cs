using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Results;
using MergeLab.Results.Comparison;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab accept</c>: the last run's results become the snapshot.</summary>
static class AcceptVerb
{
    public static Verb Create() => new("accept", "Take the last run's results as the accepted snapshot", "mergelab accept --experiment geomed", Run)
    {
        Options = { ResultFolders.Experiment, ResultFolders.Results },
    };

    sealed record Taken(string Experiment, int Cells, IReadOnlyDictionary<string, int>? Verdicts, IReadOnlyList<string> Files);

    static ExitCode Run(Invocation invocation)
    {
        var folders = ResultFolders.Select(invocation, ResultFiles.HasRun);
        if (folders.Count == 0) throw new ProblemException("no run to accept", new Place(ResultFolders.Root(invocation)), remedy: "run an experiment first", exit: ExitCode.CheckFailed);
        var taken = new List<Taken>();
        foreach (var folder in folders)
        {
            invocation.Cancellation.ThrowIfCancellationRequested();
            var run = ResultFiles.ReadRun(folder);
            var before = ResultFiles.HasSnapshot(folder) ? ResultDiff.Compare("snapshot", ResultFiles.ReadSnapshot(folder), "last run", run) : null;
            var files = SnapshotAcceptance.Accept(folder);
            taken.Add(new Taken(Path.GetFileName(folder), run.Results.Rows.Count, before is null ? null : DiffText.Document(before).Verdicts, files));
            if (!invocation.Json) invocation.Out.WriteLine(before is null ? $"{taken[^1].Experiment}: adopted, {run.Results.Rows.Count} cells" : $"{taken[^1].Experiment}: accepted, {before.Summary}");
        }
        if (invocation.Json) invocation.WriteJson(new { Accepted = taken });
        return ExitCode.Done;
    }
}
