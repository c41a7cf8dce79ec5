using System.CommandLine;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Results.Comparison;
using MergeLab.Results.Sources;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab diff LEFT RIGHT</c>: two result sets cell by cell; fails on a regression.</summary>
static class DiffVerb
{
    const string Sides = "a result folder, committed (the accepted snapshots), last (the last runs) or a git revision";

    static readonly Argument<string> Left = new("LEFT") { Description = $"From: {Sides}", DefaultValueFactory = _ => ResultSource.CommittedName };
    static readonly Argument<string> Right = new("RIGHT") { Description = $"To: {Sides}", DefaultValueFactory = _ => ResultSource.LastRunName };
    static readonly Option<bool> Markdown = new("--markdown") { Description = "Write Markdown, for a pull request" };
    static readonly Option<bool> Either = new("--either-direction") { Description = "Fail on any value outside its tolerance, better ones too" };

    public static Verb Create() => new("diff", "Compare two result sets cell by cell", "mergelab diff HEAD~1 committed --experiment geomed", Run)
    {
        Arguments = { Left, Right },
        Options = { ResultFolders.Experiment, ResultFolders.Results, Markdown, Either },
    };

    static ExitCode Run(Invocation invocation)
    {
        var root = ResultFolders.Root(invocation);
        var (report, notes) = SourceDiff.Compare(
            ResultSource.Parse(invocation.Get(Left), root), ResultSource.Parse(invocation.Get(Right), root), ResultFolders.Chosen(invocation));
        foreach (var note in notes) invocation.Say(note);
        if (invocation.Json) invocation.WriteJson(DiffText.Document(report));
        else invocation.Out.Write(invocation.Get(Markdown) ? DiffText.Markdown(report) : DiffText.Plain(report));
        return (invocation.Get(Either) ? report.FailsReproduction : report.Fails) ? ExitCode.CheckFailed : ExitCode.Done;
    }
}
