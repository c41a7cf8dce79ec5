namespace MergeLab.Cli.Tests.Runs;

[Collection(Runs.Name)]
public sealed class ConcurrentRunTests(UndisturbedRun undisturbed)
{
    [RunFact]
    public async Task Two_runs_at_once_share_a_cache()
    {
        using var one = new RunSandbox();
        using var other = new RunSandbox();
        other.Cache = one.Cache;
        var both = await Task.WhenAll(Task.Run(() => one.TryRun()), Task.Run(() => other.TryRun()));
        Assert.All(both, b => Assert.True(b.Exit == 0, b.Error));
        var events = both.Select(b => new RunEvents(b.Out)).ToArray();
        Assert.All(events, e => Assert.Empty(e.Warnings));
        // Locks keep a stage from running twice.
        Assert.Equal(undisturbed.Events.Ran, events.SelectMany(e => e.Ran).Order(StringComparer.Ordinal));
        Assert.Equal(undisturbed.Bytes, one.Bytes());
        foreach (var name in (string[])["results.parquet", "examples.parquet"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(one.Found, name)), File.ReadAllBytes(Path.Combine(other.Found, name)));
    }

    [RunFact]
    public async Task Two_runs_at_once_share_a_folder_of_results()
    {
        using var sandbox = undisturbed.Continue();
        var all = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => sandbox.TryRun())));
        Assert.All(all, b => Assert.True(b.Exit == 0, b.Error));
        Assert.Equal(undisturbed.Bytes, sandbox.Bytes());
    }
}
