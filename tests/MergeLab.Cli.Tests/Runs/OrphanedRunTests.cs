using System.Diagnostics;

namespace MergeLab.Cli.Tests.Runs;

[Collection(Runs.Name)]
public sealed class OrphanedRunTests(UndisturbedRun undisturbed)
{
    /// <summary>Nobody reads its output any more either: the pipes close with the shell.</summary>
    [RunFact(RunNeeds.Linux)]
    public void A_run_whose_parent_is_killed_finishes_publishes_and_ends()
    {
        using var sandbox = new RunSandbox();
        var marked = new MarkedProcesses();
        var start = new ProcessStartInfo("sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        // The shell stays as the parent: it has something left to do.
        foreach (var argument in (string[])["-c", "\"$@\"; echo ended", "sh", Mergelab.Program, .. sandbox.RunArguments]) start.ArgumentList.Add(argument);
        foreach (var (name, value) in marked.Environment) start.Environment[name] = value;
        using (var shell = Process.Start(start)!)
        {
            MarkedProcesses.WaitFor(shell.StandardOutput, "\"event\":\"stage_started\"");
            MarkedProcesses.Signal("KILL", shell.Id);
            shell.StandardOutput.Close();
            shell.StandardError.Close();
        }
        Assert.NotEmpty(marked.Living());
        marked.ExpectNone();
        Assert.Equal(undisturbed.Bytes, sandbox.Bytes());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(sandbox.Cache, "tmp")));
        Assert.Empty(sandbox.Run().Ran);
    }
}
