using System.Text.Json.Nodes;
using MergeLab.Store;

namespace MergeLab.Pipeline.Tests.Store;

public sealed class CacheCollectorTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public CacheCollectorTests()
    {
        using var cache = new StageCache(Root);
        for (var n = 0; n < 4; n++)
        {
            using var transaction = cache.Begin(Key(n));
            File.WriteAllBytes(Path.Combine(transaction.Output, "data"), new byte[100_000]);
            var (entry, _) = transaction.Publish(new(1, 1));
            File.SetLastWriteTimeUtc(Path.Combine(entry.Folder, "manifest.json"), DateTime.UtcNow.AddDays(-10 * (n + 1)));
        }
    }

    string Root => scratch.File("cache");

    public void Dispose() => scratch.Dispose();

    static StageKey Key(int n) => new("merge", 1, new JsonObject { ["n"] = n }, new Dictionary<string, string>());

    List<int> Left()
    {
        using var cache = new StageCache(Root);
        return [.. Enumerable.Range(0, 4).Where(n => cache.Look(Key(n)).Entry is not null)];
    }

    CollectionReport Collect(CollectionRequest request)
    {
        using var cache = new StageCache(Root);
        return CacheCollector.Collect(cache, request);
    }

    [Fact]
    public void What_was_not_used_for_long_goes()
    {
        var report = Collect(new(MaxAge: TimeSpan.FromDays(25)));
        Assert.Equal((4, 2), (report.Entries, report.Removed.Count));
        Assert.InRange(report.RemovedBytes, 200_000, 205_000);
        Assert.Equal([0, 1], Left());
    }

    [Fact]
    public void The_least_recently_used_go_until_the_rest_fits()
    {
        var report = Collect(new(MaxBytes: 250_000));
        Assert.Equal([Key(3).Hash, Key(2).Hash], report.Removed.Select(r => r.Key));
        Assert.Equal([0, 1], Left());
    }

    [Fact]
    public void Reading_an_entry_makes_it_recently_used()
    {
        using (var cache = new StageCache(Root)) cache.Find(Key(3));
        Collect(new(MaxBytes: 250_000, Grace: TimeSpan.Zero));
        Assert.Equal([0, 3], Left());
    }

    [Fact]
    public void A_trial_removes_nothing_and_says_the_same()
    {
        var trial = Collect(new(MaxBytes: 0, DryRun: true));
        Assert.Equal([0, 1, 2, 3], Left());
        Assert.Equal(trial.Removed, Collect(new(MaxBytes: 0)).Removed);
        Assert.Empty(Left());
    }

    [Fact]
    public void What_a_running_process_uses_stays()
    {
        using var running = new StageCache(Root);
        running.BeginSession();
        Assert.NotNull(running.Find(Key(3)));
        var report = Collect(new(MaxBytes: 0, Grace: TimeSpan.Zero));
        Assert.Equal((3, 1), (report.Removed.Count, report.InUse));
        Assert.Equal([3], Left());
    }

    [Fact]
    public void Damaged_entries_and_leftovers_go_too()
    {
        scratch.Write("cache/damaged/merge/x/out/file", new string('x', 1000));
        scratch.Write("cache/tmp/gone-x/file", "12345");
        Directory.SetLastWriteTimeUtc(scratch.File("cache/tmp/gone-x"), DateTime.UtcNow.AddHours(-1));
        Assert.Equal(1005, Collect(new()).Leftovers);
        Assert.False(Directory.Exists(scratch.File("cache/damaged")));
        Assert.Equal([0, 1, 2, 3], Left());
    }

    [Fact]
    public void A_cache_that_does_not_exist_is_empty()
    {
        using var cache = new StageCache(scratch.File("none"));
        Assert.Equal(0, CacheCollector.Collect(cache, new(MaxBytes: 0)).Entries);
    }
}
