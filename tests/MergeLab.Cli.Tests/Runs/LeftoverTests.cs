using System.Text.Json;

namespace MergeLab.Cli.Tests.Runs;

public sealed class LeftoverTests : IDisposable
{
    readonly ScratchFolder cache = new();

    [Fact]
    public void Collection_removes_what_killed_processes_leave_and_not_what_is_being_written()
    {
        string[] old = ["history/ab/record.json.0123.tmp", "digests/files.4567.tmp", "tmp/some-host-1-abc/1/out/half"];
        string[] kept = ["history/ab/record.json", "digests/files", "history/ab/record.json.89ab.tmp"];
        foreach (var name in (string[])[.. old, .. kept, "locks/abcdef"]) cache.Write(name, "x");
        foreach (var name in old) File.SetLastWriteTimeUtc(cache.File(name), DateTime.UtcNow - TimeSpan.FromHours(1));
        Directory.SetLastWriteTimeUtc(cache.File("tmp/some-host-1-abc"), DateTime.UtcNow - TimeSpan.FromHours(1));

        var trial = Collect("--dry-run");
        Assert.All(old, name => Assert.True(File.Exists(cache.File(name)), name));
        var outcome = Collect();
        Assert.Equal(trial.GetProperty("leftovers").GetInt64(), outcome.GetProperty("leftovers").GetInt64());
        Assert.Equal(old.Length, outcome.GetProperty("leftovers").GetInt64());
        Assert.All(old, name => Assert.False(File.Exists(cache.File(name)), name));
        Assert.All(kept, name => Assert.True(File.Exists(cache.File(name)), name));
        Assert.Empty(Directory.EnumerateFileSystemEntries(cache.File("locks")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(cache.File("tmp")));
    }

    public void Dispose() => cache.Dispose();

    JsonElement Collect(params string[] more)
    {
        var outcome = Mergelab.Run(["gc", "--cache", cache.Path, "--keep", "1GB", "--json", .. more]);
        Assert.True(outcome.Exit == 0, outcome.Error);
        return JsonDocument.Parse(outcome.Out).RootElement;
    }
}
