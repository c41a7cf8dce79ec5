using System.Diagnostics;

namespace MergeLab.Cli.Tests.Runs;

[Collection(Runs.Name)]
public sealed class UnwritableCacheTests(UndisturbedRun undisturbed)
{
    /// <summary>Nobody's number by convention; root may write anywhere, so that it cannot test this itself.</summary>
    const string Nobody = "65534";

    [RunFact(RunNeeds.Linux)]
    public void A_cache_that_may_not_be_written_is_one_clear_error()
    {
        using var sandbox = new RunSandbox();
        SetMode(sandbox.Cache, "555");
        var outcome = RunWithoutRights(sandbox);
        SetMode(sandbox.Cache, "755");
        Assert.Equal(3, outcome.Exit);
        Assert.Equal(1, outcome.Error.Split("error: ").Length - 1);
        Assert.Contains("the cache cannot be written", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(sandbox.Cache, outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--cache", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>What is in the cache needs no right to write there: others' results can be used.</summary>
    [RunFact(RunNeeds.Linux)]
    public void A_complete_cache_that_may_not_be_written_serves_a_run()
    {
        using var sandbox = undisturbed.Continue();
        SetMode(sandbox.Cache, "a-w", "-R");
        SetMode(sandbox.Results, "a+rwX", "-R");
        var outcome = RunWithoutRights(sandbox);
        SetMode(sandbox.Cache, "u+w", "-R");
        Assert.True(outcome.Exit == 0, outcome.Error);
        Assert.Empty(new RunEvents(outcome.Out).Ran);
        Assert.Equal(undisturbed.Bytes, sandbox.Bytes());
    }

    [RunTheory(RunNeeds.SmallDisk)]
    [InlineData(16)]
    [InlineData(60)]
    [InlineData(300)]
    [InlineData(600)]
    public void A_full_disk_is_what_the_machine_lacks_and_the_run_goes_on_where_there_is_room(int kilobytes)
    {
        using var sandbox = new RunSandbox();
        var roomy = sandbox.Cache;
        using (var disk = new SmallDisk(kilobytes))
        {
            sandbox.Cache = disk.Path;
            var outcome = sandbox.TryRun();
            Assert.True(outcome.Exit == 3, $"exit {outcome.Exit}\n{outcome.Error}\n{outcome.Out}");
            Assert.DoesNotContain("\"event\":\"warning\"", outcome.Out, StringComparison.Ordinal);
            Assert.Matches("the disk is (full|too small)|No space left on device", outcome.Out);
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(disk.Path, "tmp")));
            CopyTo(disk.Path, roomy);
        }
        sandbox.Cache = roomy;
        Assert.Empty(sandbox.Run().Warnings);
        Assert.Equal(undisturbed.Bytes, sandbox.Bytes());
    }

    [RunTheory(RunNeeds.SmallDisk)]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(32)]
    [InlineData(60)]
    public void A_full_disk_of_results_is_what_the_machine_lacks_and_leaves_no_half_file(int kilobytes)
    {
        using var sandbox = undisturbed.Continue();
        using var disk = new SmallDisk(kilobytes);
        var outcome = Mergelab.RunIn(sandbox.Root, null, "run", "--experiments", sandbox.Experiments, "--cache", sandbox.Cache, "--results", disk.Path, "--quiet");
        Assert.True(outcome.Exit == 3, $"exit {outcome.Exit}\n{outcome.Error}");
        Assert.Contains("error: the disk is full", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(disk.Path, "*", SearchOption.AllDirectories), f => f.EndsWith(".partial", StringComparison.Ordinal));
        Assert.All(Directory.EnumerateFiles(disk.Path, "*.parquet", SearchOption.AllDirectories).Where(f => !f.Contains("timings", StringComparison.Ordinal)),
            f => Assert.Equal(File.ReadAllBytes(Path.Combine(sandbox.Found, Path.GetFileName(f))), File.ReadAllBytes(f)));
    }

    static Mergelab.Outcome RunWithoutRights(RunSandbox sandbox)
    {
        if (!Environment.IsPrivilegedProcess) return sandbox.TryRun();
        SetMode(sandbox.Root, "a+rX", "-R");
        var start = new ProcessStartInfo("setpriv") { WorkingDirectory = sandbox.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--reuid", Nobody, "--regid", Nobody, "--clear-groups", Mergelab.Program, .. sandbox.RunArguments]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }

    static void SetMode(string path, string mode, params string[] options)
    {
        using var process = Process.Start("chmod", [.. options, mode, path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    static void CopyTo(string from, string to)
    {
        using var process = Process.Start("cp", ["-a", Path.Combine(from, "."), to]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
