using System.Text.RegularExpressions;

namespace MergeLab.Cli.Tests.Runs;

[Collection(Runs.Name)]
public sealed class ColdAndWarmRunTests(UndisturbedRun undisturbed)
{
    [RunFact]
    public void The_smoke_experiment_runs_as_it_is_and_any_number_of_cores_and_threads_gives_the_same_bytes()
    {
        using var two = new RunSandbox(limit: null);
        using var one = new RunSandbox(limit: null);
        var events = two.Run("--cores", "2", "--threads", "2");
        Assert.Equal(events.Count, events.Ran.Length);
        Assert.Empty(events.Warnings);
        one.Run("--cores", "1", "--threads", "1");
        var bytes = two.Bytes();
        Assert.True(bytes.Count > events.Count, $"only {bytes.Count} files for {events.Count} stages");
        Assert.Equal(bytes, one.Bytes());
    }

    [RunFact]
    public void A_second_run_finds_everything_in_the_cache_and_leaves_the_same_bytes()
    {
        using var sandbox = undisturbed.Continue();
        // What a run killed long ago had begun to write goes, what another may be writing stays.
        string[] partial = [Path.Combine(sandbox.Found, ".old.partial"), Path.Combine(sandbox.Found, ".young.partial")];
        foreach (var file in partial) File.WriteAllText(file, "x");
        File.SetLastWriteTimeUtc(partial[0], DateTime.UtcNow - TimeSpan.FromHours(2));
        var events = sandbox.Run();
        Assert.Equal((false, true), (File.Exists(partial[0]), File.Exists(partial[1])));
        Assert.Empty(events.Ran);
        Assert.Equal(undisturbed.Events.Ran, events.Cached);
        Assert.Empty(events.Warnings);
        Assert.Equal(undisturbed.Bytes, sandbox.Bytes());
    }

    /// <summary>The dynamic loader writes down every library it opens. The cold run shows that it does.</summary>
    [RunFact(RunNeeds.Linux)]
    public void A_run_with_nothing_to_do_does_not_load_the_tensor_engine()
    {
        using var sandbox = new RunSandbox();
        Assert.Contains(Libraries(sandbox), l => l.StartsWith("libtorch", StringComparison.Ordinal));
        var warm = Libraries(sandbox);
        Assert.Contains(warm, l => l.StartsWith("libc.so", StringComparison.Ordinal));
        Assert.DoesNotContain(warm, l => l.Contains("torch", StringComparison.Ordinal) || l.Contains("blas", StringComparison.Ordinal));
    }

    static HashSet<string> Libraries(RunSandbox sandbox)
    {
        using var logs = new ScratchFolder();
        var traced = new Dictionary<string, string?> { ["LD_DEBUG"] = "files", ["LD_DEBUG_OUTPUT"] = logs.File("loader") };
        var outcome = Mergelab.RunIn(sandbox.Root, traced, sandbox.RunArguments);
        Assert.True(outcome.Exit == 0, outcome.Error);
        return [.. Directory.EnumerateFiles(logs.Path).SelectMany(File.ReadLines).Select(l => Regex.Match(l, @"file=(\S+)")).Where(m => m.Success).Select(m => Path.GetFileName(m.Groups[1].Value))];
    }
}
