using System.CommandLine;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Stages.Zoo;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab verify</c>: are the shipped models and tasks what they were when they were accepted?</summary>
static class VerifyVerb
{
    static readonly Argument<string> Folder = new("folder") { Description = "Folder of a zoo", DefaultValueFactory = _ => "experiments/zoo" };

    public static Verb Create() => new("verify", "Check the digests of the embedded models and tasks", "mergelab verify experiments/zoo", Run) { Folder };

    static ExitCode Run(Invocation invocation)
    {
        var folder = invocation.Get(Folder);
        var verdict = ZooDigests.Check(folder);
        if (invocation.Json) invocation.WriteJson(new { Folder = folder, verdict.Files, verdict.Differences });
        else if (verdict.Differences.Count == 0) invocation.Out.WriteLine($"{folder}: {verdict.Files} files, all as accepted");
        else foreach (var d in verdict.Differences) invocation.Out.WriteLine($"{d.File} {d.What}");
        if (verdict.Differences.Count == 0) return ExitCode.Done;
        var first = verdict.Differences[0];
        throw new ProblemException($"{verdict.Differences.Count} of {verdict.Files} files differ", new Place(Path.Combine(folder, first.File)), $"it {first.What}",
            "restore it from version control, or accept a newly trained zoo", ExitCode.CheckFailed);
    }
}
