using System.CommandLine;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Reporting;
using MergeLab.Results;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab report</c>: HTML again from stored results.</summary>
static class ReportVerb
{
    static readonly Option<string?> figures = new("--figures") { Description = "Also write every figure there, as SVG that stands alone", HelpName = "DIR" };

    public static Verb Create() => new("report", "Write the HTML reports again from stored results", "mergelab report --experiment geomed", Run)
    {
        Options = { ResultFolders.Experiment, ResultFolders.Results, figures },
    };

    static ExitCode Run(Invocation invocation)
    {
        var folders = ResultFolders.Select(invocation, f => ResultFiles.HasRun(f) || ResultFiles.HasSnapshot(f));
        if (folders.Count == 0) throw new ProblemException("no stored results", new Place(ResultFolders.Root(invocation)), remedy: "run an experiment first", exit: ExitCode.CheckFailed);
        var (reports, drawings) = (new List<string>(), new List<string>());
        foreach (var folder in folders)
        {
            invocation.Cancellation.ThrowIfCancellationRequested();
            var model = ReportFile.Read(folder);
            reports.Add(HtmlReport.WriteTo(folder, model));
            if (invocation.Get(figures) is { } given) drawings.AddRange(FigureFiles.WriteTo(given, model));
        }
        if (invocation.Json) invocation.WriteJson(new { Reports = reports, Figures = drawings });
        else foreach (var path in reports.Concat(drawings)) invocation.Out.WriteLine(path);
        return ExitCode.Done;
    }
}
