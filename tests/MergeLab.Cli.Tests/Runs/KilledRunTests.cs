using System.Diagnostics;

namespace MergeLab.Cli.Tests.Runs;

[Collection(Runs.Name)]
public sealed class KilledRunTests(UndisturbedRun undisturbed)
{
    const int Kills = 60;

    /// <summary>A fresh cache now and then: the first moments of a cache are those with most to lose.</summary>
    const int KillsOnOneCache = 20;

    [RunFact(RunNeeds.Linux), Trait("Category", "Slow")]
    public void Runs_killed_at_any_moment_leave_a_cache_that_ends_with_the_bytes_of_an_undisturbed_run()
    {
        var moments = new Random(20_231);
        var cutShort = 0;
        for (var first = 0; first < Kills; first += KillsOnOneCache)
        {
            using var sandbox = new RunSandbox();
            for (var kill = 0; kill < KillsOnOneCache; kill++)
            {
                if (Kill(sandbox, moments)) cutShort++;
                // A cache that is complete has nothing left to disturb: some stages are taken away again.
                if (kill % 5 == 4) Forget(sandbox, moments);
            }
            var events = sandbox.Run();
            Assert.Empty(events.Warnings);
            Assert.Equal(undisturbed.Bytes, sandbox.Bytes());
            ExpectNoLeftovers(sandbox);
            Assert.Empty(sandbox.Run().Ran);
        }
        // Most have to hit a run, or the test shows nothing.
        Assert.True(cutShort >= 50, $"only {cutShort} of {Kills} kills came before the end of a run");
    }

    /// <summary>Half of the kills may hit the start, half come while stages run. True where the run had not ended by itself.</summary>
    static bool Kill(RunSandbox sandbox, Random moments)
    {
        using var process = sandbox.Start();
        var error = process.StandardError.ReadToEndAsync();
        var delay = moments.Next(50, 1500);
        if (moments.Next(2) == 0) MarkedProcesses.WaitFor(process.StandardOutput, "\"event\":\"run_started\"");
        var output = process.StandardOutput.ReadToEndAsync();
        var ended = process.WaitForExit(delay);
        if (!ended) process.Kill();
        process.WaitForExit();
        output.Wait();
        error.Wait();
        if (ended) Assert.True(process.ExitCode == 0, error.Result);
        return !ended;
    }

    static void Forget(RunSandbox sandbox, Random moments)
    {
        foreach (var kind in Directory.EnumerateDirectories(sandbox.Cache).Where(k => Path.GetFileName(k) is "merge" or "evaluate" or "report").Order(StringComparer.Ordinal))
            foreach (var entry in Directory.EnumerateDirectories(kind).SelectMany(Directory.EnumerateDirectories).Order(StringComparer.Ordinal))
                if (moments.Next(3) == 0) Directory.Delete(entry, recursive: true);
    }

    static void ExpectNoLeftovers(RunSandbox sandbox)
    {
        // Those that died before they marked themselves as alive are taken for young ones for a minute.
        foreach (var folder in Directory.EnumerateDirectories(Path.Combine(sandbox.Cache, "tmp"))) Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow - TimeSpan.FromHours(1));
        foreach (var file in Directory.EnumerateFiles(sandbox.Cache, "*.tmp", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, DateTime.UtcNow - TimeSpan.FromHours(1));
        var outcome = Mergelab.Run("gc", "--cache", sandbox.Cache, "--keep", "20GB");
        Assert.True(outcome.Exit == 0, outcome.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(sandbox.Cache, "tmp")));
        Assert.Empty(Directory.EnumerateFiles(sandbox.Cache, "*.tmp", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(sandbox.Cache, "locks")));
    }
}
