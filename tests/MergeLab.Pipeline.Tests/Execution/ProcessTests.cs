using System.Diagnostics;
using MergeLab.Store;

namespace MergeLab.Pipeline.Tests.Execution;

[Trait("Category", "Slow")]
public sealed class ProcessTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    string Root => scratch.File("cache");

    static Process Child(string verb, string cache)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (var argument in new[] { "exec", typeof(ChildProgram).Assembly.Location, verb, cache }) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    [Fact]
    public void A_process_killed_while_it_publishes_leaves_no_half_entry()
    {
        var random = new Random(5);
        var seen = 0;
        for (var round = 0; round < 8; round++)
        {
            using (var child = Child("publish", Root))
            {
                for (var lines = 1 + random.Next(20); lines > 0; lines--) Assert.NotNull(child.StandardOutput.ReadLine());
                // Somewhere in the next entry.
                Thread.Sleep(TimeSpan.FromMilliseconds(random.NextDouble() * 8));
                child.Kill();
                child.WaitForExit();
            }
            seen = CheckAll(seen);
        }
        Assert.True(seen > 0, "the children published nothing before they were killed");
        using var next = new StageCache(Root);
        next.BeginSession();
        Assert.Single(Directory.GetDirectories(Path.Combine(Root, "tmp")));
    }

    /// <summary>All entries are whole, and none that was there is gone.</summary>
    int CheckAll(int atLeast)
    {
        using var cache = new StageCache(Root, paranoid: true);
        var warnings = new List<string>();
        cache.Warned += warnings.Add;
        var n = 0;
        for (; cache.Find(ChildProgram.Key(n)) is { } entry; n++)
            for (var file = 0; file < ChildProgram.FilesPerEntry; file++)
                Assert.Equal(ChildProgram.Contents(n, file), File.ReadAllText(Path.Combine(entry.Output, $"{file}")));
        Assert.Empty(warnings);
        Assert.True(n >= atLeast);
        var folders = Directory.Exists(Path.Combine(Root, "merge")) ? Directory.GetDirectories(Path.Combine(Root, "merge")).Sum(f => Directory.GetDirectories(f).Length) : 0;
        Assert.Equal(n, folders);
        return n;
    }

    [Fact]
    public void Two_processes_on_one_cache_end_with_the_bytes_of_one_alone()
    {
        var children = Enumerable.Range(0, 2).Select(_ => Child("run", Root)).Append(Child("run", scratch.File("alone"))).ToList();
        foreach (var child in children)
        {
            child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            Assert.Equal(0, child.ExitCode);
            child.Dispose();
        }
        Assert.Equal(Outputs(scratch.File("alone")), Outputs(Root));
        Assert.Equal(ChildProgram.GraphSize, Outputs(Root).Count);
    }

    static List<string> Outputs(string root) =>
        [.. Directory.EnumerateFiles(Path.Combine(root, "concat"), "text", SearchOption.AllDirectories).Select(f => $"{Path.GetRelativePath(root, f)} {File.ReadAllText(f)}").Order(StringComparer.Ordinal)];
}
