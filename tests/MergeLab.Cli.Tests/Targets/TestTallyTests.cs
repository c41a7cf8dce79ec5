using MergeLab.Build;

namespace MergeLab.Cli.Tests.Targets;

public class TestTallyTests
{
    const string FailNotice = "[xUnit.net 00:00:00.73]     Suite.Test [FAIL]";
    const string CrashNotice = "The active test run was aborted. Reason: Test host process crashed : Process terminated.\nat Somewhere";

    [Fact]
    public void Results_of_several_hosts_are_summed()
    {
        var tally = Tally((0, Trx(["Passed", "Passed", "NotExecuted"])), (1, Trx(["Passed", "Failed"], FailNotice)));
        Assert.Equal("3 passed, 1 failed, 1 skipped", tally.ToString());
        Assert.Empty(tally.Troubles);
    }

    [Fact]
    public void A_host_without_tests_is_no_failure_but_nothing_ran()
    {
        var tally = Tally((0, Trx([])));
        Assert.Equal(("0 passed, 0 failed", 0), (tally.ToString(), tally.Ran));
    }

    [Fact]
    public void A_crashed_host_is_a_failure_although_its_file_counts_none()
    {
        var tally = Tally((0, Trx(["Passed"])), (1, Trx([], FailNotice, CrashNotice)));
        Assert.Equal("1 passed, 1 failed", tally.ToString());
        Assert.Equal(["Suite: The active test run was aborted. Reason: Test host process crashed : Process terminated."], tally.Troubles);
    }

    [Fact]
    public void A_crash_counts_besides_the_tests_that_failed_before_it() =>
        Assert.Equal("1 passed, 2 failed", Tally((1, Trx(["Passed", "Failed"], FailNotice, CrashNotice))).ToString());

    [Theory]
    [InlineData(null, 134)]
    [InlineData(null, 0)]
    [InlineData("<TestRun><Results><UnitTestResult outcome='Passed'/>", 1)]
    [InlineData("<TestRun/>", 139)]
    public void A_host_that_leaves_no_whole_file_or_a_bad_exit_code_is_a_failure(string? trx, int exit) =>
        Assert.True(Tally((exit, trx)) is { Failed: >= 1 });

    [Fact]
    public void A_run_that_failed_before_any_test_does_not_end_like_a_good_one()
    {
        using var children = new Children(Repository.Root);
        var invocation = new Invocation(Repository.Root, Repository.Root, new Arguments([]), children);
        Assert.Equal("0 passed, 1 failed", TestRun.Closing(invocation, Core.Errors.ExitCode.CheckFailed));
    }

    static TestTally Tally(params (int Exit, string? Trx)[] hosts)
    {
        using var scratch = new ScratchFolder();
        var tally = new TestTally();
        for (var i = 0; i < hosts.Length; i++)
        {
            if (hosts[i].Trx is { } text) scratch.Write($"{i}.trx", text);
            tally.AddHost("Suite", scratch.File($"{i}.trx"), hosts[i].Exit);
        }
        return tally;
    }

    static string Trx(string[] outcomes, params string[] errors) => $"""
        <?xml version="1.0" encoding="utf-8"?>
        <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
          <Results>{string.Concat(outcomes.Select(o => $"<UnitTestResult testName='t' outcome='{o}'><Output><StdOut>outcome</StdOut></Output></UnitTestResult>"))}</Results>
          <ResultSummary outcome="Failed"><RunInfos>
            <RunInfo outcome="Warning"><Text>[xUnit.net 00:00:00.74] Suite.Left [SKIP]</Text></RunInfo>
            {string.Concat(errors.Select(e => $"<RunInfo outcome='Error'><Text>{e}</Text></RunInfo>"))}
          </RunInfos></ResultSummary>
        </TestRun>
        """;
}
