namespace MergeLab.Cli.Tests.Runs;

[Collection(Runs.Name)]
public sealed class InterruptedRunTests(UndisturbedRun undisturbed)
{
    [RunTheory(RunNeeds.Linux)]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void An_interrupted_run_leaves_no_process_and_no_half_file_and_the_next_goes_on(string signal)
    {
        using var sandbox = new RunSandbox();
        var marked = new MarkedProcesses();
        using (var process = sandbox.Start(marked.Environment))
        {
            var error = process.StandardError.ReadToEndAsync();
            MarkedProcesses.WaitFor(process.StandardOutput, "\"event\":\"stage_finished\"");
            MarkedProcesses.WaitFor(process.StandardOutput, "smoke/evaluate/");
            MarkedProcesses.Signal(signal, process.Id);
            process.StandardOutput.ReadToEnd();
            Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
            Assert.Equal(130, process.ExitCode);
            Assert.Contains("interrupted", error.Result, StringComparison.Ordinal);
        }
        marked.ExpectNone();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(sandbox.Cache, "tmp")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(sandbox.Results));

        var events = sandbox.Run();
        Assert.NotEmpty(events.Cached);
        Assert.NotEmpty(events.Ran);
        Assert.Empty(events.Warnings);
        Assert.Equal(undisturbed.Bytes, sandbox.Bytes());
    }

    /// <summary>A closed terminal ends the run at once; what was published stays.</summary>
    [RunFact(RunNeeds.Linux)]
    public void A_hung_up_run_leaves_no_process_and_the_next_goes_on()
    {
        using var sandbox = new RunSandbox();
        var marked = new MarkedProcesses();
        using (var process = sandbox.Start(marked.Environment))
        {
            MarkedProcesses.WaitFor(process.StandardOutput, "smoke/evaluate/");
            MarkedProcesses.Signal("HUP", process.Id);
            Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
            Assert.NotEqual(0, process.ExitCode);
        }
        marked.ExpectNone();
        Assert.NotEmpty(sandbox.Run().Cached);
        Assert.Equal(undisturbed.Bytes, sandbox.Bytes());
    }
}
