using System.Text.Json;
using System.Text.RegularExpressions;
using MergeLab.Results;

namespace MergeLab.Cli.Tests.Runs;

[Collection(Runs.Name)]
public sealed class SnapshotGateTests(UndisturbedRun undisturbed) : IDisposable
{
    readonly RunSandbox sandbox = undisturbed.Continue();

    [RunFact]
    public void Without_a_snapshot_the_comparison_fails_and_says_accept_to_adopt()
    {
        var outcome = sandbox.TryRun("--compare");
        Assert.Equal(1, outcome.Exit);
        Assert.Contains("no accepted snapshot", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("accept to adopt", outcome.Error, StringComparison.Ordinal);
    }

    [RunFact]
    public void An_accepted_run_reproduces_itself()
    {
        Accept();
        var outcome = sandbox.TryRun("--compare");
        Assert.True(outcome.Exit == 0, outcome.Error);
        Assert.Contains("the snapshot to the bit", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Received));
    }

    /// <summary>On the runtime of the snapshot nothing may differ, however little; both directions fail.</summary>
    [RunTheory]
    [InlineData(0.2)]
    [InlineData(-0.2)]
    [InlineData(1e-9)]
    public void A_value_that_differs_fails_names_the_cell_and_writes_what_was_received(double by)
    {
        Accept();
        var cell = ChangeSnapshot(by);
        var outcome = sandbox.TryRun("--compare");
        Assert.Equal(1, outcome.Exit);
        Assert.Contains("1 of ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(cell, outcome.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Received));
        // Accepting what was found ends it.
        Accept();
        Assert.False(File.Exists(Received));
        Assert.Equal(0, sandbox.TryRun("--compare").Exit);
    }

    [RunTheory]
    [InlineData(0.005, 0)]
    [InlineData(0.2, 1)]
    public void Another_numeric_runtime_has_the_tolerance_of_the_experiment(double by, int exit)
    {
        Accept();
        ChangeSnapshot(by);
        var snapshot = Path.Combine(sandbox.Found, "pipeline.lock");
        File.WriteAllText(snapshot, Regex.Replace(File.ReadAllText(snapshot), "runtime: \"[^\"]*\"", "runtime: \"libtorch of another machine\""));
        var outcome = sandbox.TryRun("--compare");
        Assert.True(outcome.Exit == exit, outcome.Error);
    }

    [RunFact]
    public void A_missing_cell_fails()
    {
        Accept();
        sandbox.Edit("baselines: [pretrained, individual]", "baselines: [pretrained]");
        var outcome = sandbox.TryRun("--compare");
        Assert.Equal(1, outcome.Exit);
        Assert.Contains("smoke/individual/", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("missing", outcome.Error, StringComparison.Ordinal);
    }

    [RunFact]
    public void Results_can_be_compared_asked_and_shown_again()
    {
        Accept();
        var diff = sandbox.Ask("diff", "committed", "last", "--json");
        Assert.True(diff.Exit == 0, diff.Error);
        var verdicts = JsonDocument.Parse(diff.Out).RootElement.GetProperty("verdicts").EnumerateObject().Single();
        Assert.Equal(("identical", Rows().Count), (verdicts.Name, verdicts.Value.GetInt32()));

        var query = sandbox.Ask("query", "select count(*) as n, count(distinct method) as methods from results", "--json");
        Assert.True(query.Exit == 0, query.Error);
        var row = JsonDocument.Parse(query.Out).RootElement.GetProperty("rows")[0];
        Assert.Equal(Rows().Count, row.GetProperty("n").GetInt32());
        Assert.Equal(4, row.GetProperty("methods").GetInt32());

        var page = Path.Combine(sandbox.Found, "report.html");
        var before = File.ReadAllBytes(page);
        File.Delete(page);
        Assert.Equal(0, sandbox.Ask("report").Exit);
        Assert.NotEmpty(before);
        Assert.True(File.Exists(page));
    }

    [RunFact]
    public void A_worse_value_fails_the_diff()
    {
        Accept();
        ChangeSnapshot(0.2);
        var diff = sandbox.Ask("diff", "committed", "last", "--either-direction");
        Assert.Equal(1, diff.Exit);
        Assert.Contains("smoke/", diff.Out, StringComparison.Ordinal);
    }

    public void Dispose() => sandbox.Dispose();

    string Received => Path.Combine(sandbox.Found, "results.received.md");

    IReadOnlyList<ResultRow> Rows() => ResultFiles.ReadRun(sandbox.Found).Results.Rows;

    void Accept()
    {
        var outcome = sandbox.Ask("accept");
        Assert.True(outcome.Exit == 0, outcome.Error);
    }

    /// <summary>Moves the value of one accepted cell, and returns the cell's name.</summary>
    string ChangeSnapshot(double by)
    {
        var rows = ResultFiles.ReadSnapshot(sandbox.Found).Results.Rows.ToList();
        var at = rows.FindIndex(r => r.Metric == "accuracy" && r.Method == "average");
        rows[at] = rows[at] with { Value = rows[at].Value + by };
        using var scratch = new ScratchFolder();
        ResultFiles.WriteRun(scratch.Path, new ResultSet(rows, []));
        File.Copy(scratch.File(ResultFiles.Results), Path.Combine(sandbox.Found, ResultFiles.VerifiedResults), overwrite: true);
        return CellKey.Of(rows[at]).ToString();
    }
}
