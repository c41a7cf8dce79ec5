using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Reporting;
using MergeLab.Results;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab report</c>: HTML again from stored results.</summary>
static class ReportVerb
{
    public static Verb Create() => new("report", "Write the HTML reports again from stored results", "mergelab report --experiment geomed", Run)
    {
        Options = { ResultFolders.Experiment, ResultFolders.Results },
    };

    static ExitCode Run(Invocation invocation)
    {
        var folders = ResultFolders.Select(invocation, f => ResultFiles.HasRun(f) || ResultFiles.HasSnapshot(f));
        if (folders.Count == 0) throw new ProblemException("no stored results", new Place(ResultFolders.Root(invocation)), remedy: "run an experiment first", exit: ExitCode.CheckFailed);
        var written = new List<string>();
        foreach (var folder in folders)
        {
            invocation.Cancellation.ThrowIfCancellationRequested();
            written.Add(HtmlReport.WriteTo(folder, ReportFile.Read(folder)));
            if (!invocation.Json) invocation.Out.WriteLine(written[^1]);
        }
        if (invocation.Json) invocation.WriteJson(new { Reports = written });
        return ExitCode.Done;
    }
}
