using MergeLab.Core.Errors;
using MergeLab.Results;
using MergeLab.Results.Locks;

namespace MergeLab.Pipeline.Tests.Results;

public sealed class SnapshotAcceptanceTests : IDisposable
{
    static readonly ResultSet small = SampleResults.Small();

    readonly ScratchFolder scratch = new();

    string Folder => scratch.File("results", SampleResults.Experiment);

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void The_same_results_are_the_same_bytes_in_any_order()
    {
        ResultFiles.WriteRun(Folder, small, SampleResults.Lock());
        ResultFiles.WriteRun(scratch.File("again"), new ResultSet(small.Rows.Reverse(), small.Examples.Reverse()), SampleResults.Lock());
        foreach (var file in (string[])[ResultFiles.Results, ResultFiles.Examples, ResultFiles.RunLock])
            Assert.Equal(File.ReadAllBytes(Path.Combine(Folder, file)), File.ReadAllBytes(scratch.File("again", file)));
    }

    [Fact]
    public void What_was_written_is_read_again()
    {
        ResultFiles.WriteRun(Folder, small, SampleResults.Lock());
        var read = ResultFiles.ReadRun(Folder);
        Assert.Equal(small.Rows, read.Results.Rows);
        Assert.Equal(small.Examples, read.Results.Examples);
        Assert.Equal(LockText.Write(SampleResults.Lock()), LockText.Write(read.Stages!));
    }

    [Fact]
    public void An_accepted_run_is_reproduced_by_itself_and_its_snapshot_has_no_texts()
    {
        ResultFiles.WriteRun(Folder, small, SampleResults.Lock());
        Assert.All(SnapshotAcceptance.Accept(Folder), f => Assert.True(File.Exists(f)));
        Assert.False(SnapshotCheck.Require(Folder).FailsReproduction);
        Assert.All(ResultFiles.ReadSnapshot(Folder).Results.Examples, e => Assert.Equal(("", ""), (e.Prediction, e.Reference)));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Folder), f => Path.GetFileName(f).StartsWith('.'));
    }

    [Fact]
    public void Without_a_snapshot_it_says_accept_to_adopt()
    {
        ResultFiles.WriteRun(Folder, small, SampleResults.Lock());
        var problem = Assert.Throws<ProblemException>(() => SnapshotCheck.Require(Folder)).Problem;
        Assert.Equal(ExitCode.CheckFailed, problem.Exit);
        Assert.Contains("accept to adopt", problem.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(-0.001)]
    public void A_value_that_moved_either_way_fails_and_names_the_cell(double by)
    {
        var cell = SampleResults.Cell(small, "average", 6);
        Accept(small);
        ResultFiles.WriteRun(Folder, SampleResults.With(small, cell, (e, _) => e.Value + by), SampleResults.Lock());
        var problem = Assert.Throws<ProblemException>(() => SnapshotCheck.Require(Folder)).Problem;
        Assert.Contains("sample/average/first-06/story-summary/rouge1", problem.Why, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Folder, ResultFiles.ReceivedText)));
        Accept(small);
        Assert.False(File.Exists(Path.Combine(Folder, ResultFiles.ReceivedText)));
        SnapshotCheck.Require(Folder);
    }

    [Fact]
    public void A_missing_cell_fails()
    {
        Accept(small);
        ResultFiles.WriteRun(Folder, new ResultSet(small.Rows.Skip(1), small.Examples.Where(e => CellKey.Of(e) != CellKey.Of(small.Rows[0]))), SampleResults.Lock());
        Assert.Contains("missing", Assert.Throws<ProblemException>(() => SnapshotCheck.Require(Folder)).Problem.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_runtime_reproduces_within_its_tolerance()
    {
        Accept(small);
        ResultFiles.WriteRun(Folder, SampleResults.With(small, SampleResults.Cell(small, "average", 6), (e, _) => e.Value + 0.009), SampleResults.Lock("another"));
        SnapshotCheck.Require(Folder);
        ResultFiles.WriteRun(Folder, SampleResults.With(small, SampleResults.Cell(small, "average", 6), (e, _) => e.Value + 0.011), SampleResults.Lock("another"));
        Assert.Throws<ProblemException>(() => SnapshotCheck.Require(Folder));
    }

    /// <summary>The renaming of the prepared folder is the moment: what comes after it is done by whoever looks next.</summary>
    [Fact]
    public void An_acceptance_cut_off_after_its_moment_is_completed()
    {
        Accept(small);
        var moved = SampleResults.With(small, SampleResults.Cell(small, "average", 6), (e, _) => e.Value + 0.1);
        ResultFiles.WriteRun(scratch.File("other"), moved, SampleResults.Lock());
        SnapshotAcceptance.Accept(scratch.File("other"));
        Directory.CreateDirectory(Path.Combine(Folder, ".accepted"));
        foreach (var file in (string[])[ResultFiles.VerifiedExamples, ResultFiles.VerifiedText, ResultFiles.Lock, ResultFiles.VerifiedResults])
            File.Move(scratch.File("other", file), Path.Combine(Folder, ".accepted", file));
        Assert.Equal(moved.Rows, ResultFiles.ReadSnapshot(Folder).Results.Rows);
        Assert.False(Directory.Exists(Path.Combine(Folder, ".accepted")));
    }

    [Fact]
    public void A_failed_acceptance_leaves_the_snapshot_as_it_was()
    {
        Accept(small);
        string[] Files() => [.. Directory.GetFiles(Folder).Where(f => Path.GetFileName(f) != ResultFiles.RunLock).Order().Select(f => $"{f} {Convert.ToHexString(File.ReadAllBytes(f))}")];
        var before = Files();
        File.WriteAllText(Path.Combine(Folder, ResultFiles.RunLock), "schema: 9\n");
        Assert.Throws<ProblemException>(() => SnapshotAcceptance.Accept(Folder));
        Assert.Equal(before, Files());
    }

    [Fact]
    public void A_file_that_holds_no_results_is_refused_by_name()
    {
        ResultFiles.WriteTimings(Folder, [new TimingRow("sample", "sample/verify", "verify", "k", "ran", 1.5, 10, null)]);
        Assert.Equal([new TimingRow("sample", "sample/verify", "verify", "k", "ran", 1.5, 10, null)], ResultFiles.ReadTimings(Folder));
        File.Copy(Path.Combine(Folder, ResultFiles.Timings), Path.Combine(Folder, ResultFiles.Results));
        var problem = Assert.Throws<ProblemException>(() => ResultFiles.ReadRun(Folder)).Problem;
        Assert.Equal(Path.Combine(Folder, ResultFiles.Results), problem.Where!.File);
    }

    [Fact]
    public void Two_rows_of_one_cell_are_refused() =>
        Assert.Contains("sample/average/first-02", Assert.Throws<ProblemException>(() => new ResultSet([small.Rows[0], .. small.Rows], [])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_reviewer_reads_the_snapshot() => Snapshot.Match(VerifiedTable.Write(small));

    [Fact]
    public void A_reviewer_reads_the_lock()
    {
        var stages = SampleResults.Lock();
        var first = stages.Stages.OrderBy(s => s.Key, StringComparer.Ordinal).Take(1).ToDictionary(s => s.Key, s => s.Value);
        Snapshot.Match(LockText.Write(stages with { Stages = first }));
    }

    void Accept(ResultSet results)
    {
        ResultFiles.WriteRun(Folder, results, SampleResults.Lock());
        SnapshotAcceptance.Accept(Folder);
    }
}
