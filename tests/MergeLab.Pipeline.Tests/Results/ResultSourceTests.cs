using System.Diagnostics;
using MergeLab.Core.Errors;
using MergeLab.Results;
using MergeLab.Results.Comparison;
using MergeLab.Results.Sources;

namespace MergeLab.Pipeline.Tests.Results;

public sealed class ResultSourceTests : IDisposable
{
    static readonly ResultSet small = SampleResults.Small();
    static readonly ResultSet moved = SampleResults.With(small, SampleResults.Cell(small, "average", 6), (e, i) => e.Value - 0.05 - (0.001 * (i % 3)));

    readonly ScratchFolder scratch = new();

    string Results => scratch.File("results");

    string Folder => scratch.File("results", SampleResults.Experiment);

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_snapshot_of_an_earlier_commit_is_compared()
    {
        Git("init", "--quiet");
        Accept(small);
        Commit("first");
        Accept(moved);
        Commit("second");
        var report = SourceDiff.Compare(Parse("HEAD~1"), Parse("committed")).Report;
        Assert.Equal(Verdict.Worse, Assert.Single(report.Changed).Verdict);
        Assert.True(report.Fails);
        Assert.False(SourceDiff.Compare(Parse("HEAD"), Parse("last")).Report.FailsReproduction);
        Assert.Equal(small.Rows, Parse("HEAD~1").Read(SampleResults.Experiment).Results.Rows);
    }

    [Theory]
    [InlineData("no-such-thing")]
    [InlineData("--output=x")]
    public void What_is_neither_folder_nor_revision_is_refused(string text)
    {
        Git("init", "--quiet");
        Accept(small);
        var problem = Assert.Throws<ProblemException>(() => Parse(text)).Problem;
        Assert.Contains(text, problem.What, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, problem.Exit);
    }

    [Fact]
    public void A_copied_folder_is_compared_whatever_its_name()
    {
        Accept(small);
        ResultFiles.WriteRun(scratch.File("copy"), moved, SampleResults.Lock());
        var report = SourceDiff.Compare(Parse(Folder), Parse(scratch.File("copy"))).Report;
        Assert.Single(report.Changed);
    }

    [Fact]
    public void An_experiment_that_did_not_run_is_noted_unless_it_is_asked_for()
    {
        Accept(small);
        var other = scratch.File("results", "other");
        ResultFiles.WriteRun(other, new ResultSet(small.Rows.Select(r => r with { Experiment = "other" }), []), SampleResults.Lock() with { Experiment = "other" });
        SnapshotAcceptance.Accept(other);
        File.Delete(Path.Combine(other, ResultFiles.Results));
        var outcome = SourceDiff.Compare(Parse("committed"), Parse("last"));
        Assert.StartsWith("other: not run", Assert.Single(outcome.Notes), StringComparison.Ordinal);
        Assert.False(outcome.Report.Fails);
        Assert.Equal(ExitCode.CheckFailed, Assert.Throws<ProblemException>(() => SourceDiff.Compare(Parse("committed"), Parse("last"), ["other"])).Problem.Exit);
    }

    [Fact]
    public void An_experiment_one_folder_lacks_is_missing()
    {
        Accept(small);
        ResultFiles.WriteRun(scratch.File("b", "other"), new ResultSet(small.Rows.Select(r => r with { Experiment = "other" }), []));
        var report = SourceDiff.Compare(Parse(Results), Parse(scratch.File("b"))).Report;
        Assert.Equal(small.Rows.Count, report.Cells.Count(c => c.Verdict == Verdict.Missing));
        Assert.Equal(small.Rows.Count, report.Cells.Count(c => c.Verdict == Verdict.New));
    }

    [Fact]
    public void Sql_sees_the_runs_and_for_experiments_without_one_the_snapshots()
    {
        Accept(small);
        var other = scratch.File("results", "other");
        ResultFiles.WriteRun(other, new ResultSet(small.Rows.Select(r => r with { Experiment = "other" }), small.Examples.Select(e => e with { Experiment = "other" })), SampleResults.Lock());
        SnapshotAcceptance.Accept(other);
        File.Delete(Path.Combine(other, ResultFiles.Results));
        File.Delete(Path.Combine(other, ResultFiles.Examples));
        using var database = ResultViews.Open([Folder, other], 2);
        Assert.Equal(2L * small.Rows.Count, database.Scalar("select count(*) from results"));
        Assert.Equal(2L * small.Examples.Count, database.Scalar("select count(*) from examples"));
        Assert.Equal((long)small.Examples.Count, database.Scalar("select count(prediction) from examples"));
        Assert.Equal(0L, database.Scalar("select count(stage) from timings"));
        Assert.Equal(0.0, (double)database.Scalar("select max(abs(r.value - m.value)) from results r join (select experiment, method, set_name, avg(value) as value from examples group by all) m using (experiment, method, set_name)")!, 1e-12);
    }

    ResultSource Parse(string text) => ResultSource.Parse(text, Results);

    void Accept(ResultSet results)
    {
        ResultFiles.WriteRun(Folder, results, SampleResults.Lock());
        SnapshotAcceptance.Accept(Folder);
    }

    void Commit(string message)
    {
        Git("add", "--", "results/sample/" + ResultFiles.VerifiedResults, "results/sample/" + ResultFiles.VerifiedExamples, "results/sample/" + ResultFiles.Lock);
        Git("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "commit", "--quiet", "-m", message);
    }

    void Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = scratch.Path };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
