using System.Globalization;
using MergeLab.Experiments;
using MergeLab.Experiments.Graph;
using MergeLab.Reporting;
using MergeLab.Results;
using MergeLab.Results.Locks;
using MergeLab.Store;

namespace MergeLab.Execution;

/// <summary>Brings what an experiment's stages found to its folder under <c>results/</c>: tables, timings, the lock of the run and the HTML report.</summary>
/// <param name="resultsRoot">The folder <c>results/</c>.</param>
public sealed class ResultPublisher(string resultsRoot)
{
    /// <returns>The experiment's folder and report; nulls where its report stage was not reached.</returns>
    public ExperimentOutcome Publish(Experiment experiment, ExperimentGraph graph, RunSummary run)
    {
        var nodes = graph.Stages.Nodes.Where(n => graph.ExperimentOf(n) == experiment).ToList();
        var last = nodes.Single(n => n.Kind == Experiments.Graph.StageKinds.Report);
        if (!run.Entries.TryGetValue(last.Id, out var entry)) return new ExperimentOutcome(experiment.Name, null, null, null);

        var folder = Path.Combine(resultsRoot, experiment.Name);
        if (Directory.Exists(folder)) ResultFiles.RemoveAbandoned(folder);
        var ran = nodes.Select(n => n.Id).Intersect(run.Ran).ToHashSet(StringComparer.Ordinal);
        var stamp = new PublishedStamp(folder, entry, [.. nodes.Select(n => run.Entries[n.Id].Manifest.Key)]);
        if (ran.Count == 0 && stamp.Holds) return new ExperimentOutcome(experiment.Name, folder, Path.Combine(folder, ResultFiles.Report), null);

        stamp.Remove();
        var stored = ResultFiles.ReadRun(entry.Output);
        ResultFiles.WriteRun(folder, stored.Results, Lock(experiment, nodes, run));
        ResultFiles.WriteTimings(folder, nodes.Select(n => Timing(experiment, n, run.Entries[n.Id].Manifest, ran)));
        ReportFile.Write(folder, Model(experiment, nodes, run, ran));
        var report = HtmlReport.WriteTo(folder, ReportFile.Read(folder));
        stamp.Write();
        return new ExperimentOutcome(experiment.Name, folder, report, null);
    }

    static PipelineLock Lock(Experiment experiment, List<StageNode> nodes, RunSummary run) => new(
        experiment.Name, experiment.Tolerance,
        nodes.ToDictionary(n => n.Id, n =>
        {
            var manifest = run.Entries[n.Id].Manifest;
            return new LockedStage(n.Kind, manifest.Key, manifest.CodeVersion, manifest.Parameters, manifest.Inputs, manifest.Files.ToDictionary(f => f.Name, f => f.Sha256), manifest.Runtime);
        }));

    static TimingRow Timing(Experiment experiment, StageNode node, StageManifest manifest, HashSet<string> ran) =>
        new(experiment.Name, node.Id, node.Kind, manifest.Key, ran.Contains(node.Id) ? "ran" : "cached", manifest.Seconds, manifest.Bytes, manifest.PeakMemory > 0 ? manifest.PeakMemory : null);

    static ReportModel Model(Experiment experiment, List<StageNode> nodes, RunSummary run, HashSet<string> ran)
    {
        var runtimes = nodes.Select(n => run.Entries[n.Id].Manifest.Runtime).OfType<string>().Distinct().ToList();
        return new ReportModel
        {
            Experiment = experiment.Name,
            Title = experiment.Title,
            Paper = experiment.Paper is { } paper ? new ReportPaper(paper.Title, paper.Table) : null,
            Seed = experiment.Seed,
            Methods = [.. experiment.Merges.Select(m => m.Method).Distinct(), .. experiment.Baselines],
            Baselines = experiment.Baselines,
            PublishedNote = experiment.Published?.Note,
            Tables = [.. experiment.Tables.Select(t => new ReportTable(t.Rows, t.Columns, t.Metric, t.Task))],
            Figures = [.. experiment.Figures.Select(f => new ReportFigure(f.Kind, f.X, f.Y, f.Series, f.Task))],
            Stages = [.. nodes.Select(n => Stage(n, run.Entries[n.Id].Manifest, ran))],
            Provenance =
            [
                new ReportFact("seed", experiment.Seed.ToString(CultureInfo.InvariantCulture)),
                .. runtimes.Select(r => new ReportFact("numeric runtime", r)),
                new ReportFact("again", $"dotnet cake --target=Reproduce --experiment={experiment.Name}"),
            ],
        };
    }

    static ReportStage Stage(StageNode node, StageManifest manifest, HashSet<string> ran) =>
        new(node.Id, node.Kind, ran.Contains(node.Id) ? "ran" : "cached", manifest.Seconds, manifest.Key, [.. node.Needs.Values.Select(n => n.Id).Distinct()]);
}
