using System.Diagnostics;
using MergeLab.Cli.Tests.Runs;

namespace MergeLab.Cli.Tests.Merges;

/// <summary>Merges that are stopped while they write: nothing under the final name, and the next one works.</summary>
[Trait("Category", "Slow")]
public sealed class InterruptedMergeTests : IDisposable
{
    readonly MergeSandbox sandbox = new();

    public void Dispose() => sandbox.Dispose();

    /// <summary>Big enough that a signal comes while the second is merged, small enough for any disk.</summary>
    const string Single = "merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: a}, {model: b}]\n";
    const string Staged = "name: first\nmerge_method: linear\nparameters: {weight: 1}\nmodels: [{model: a}, {model: b}]\n---\nmerge_method: linear\nparameters: {weight: 1}\nmodels: [{model: first}, {model: b}]\n";

    [RunTheory(RunNeeds.Linux)]
    [InlineData("INT", Single)]
    [InlineData("TERM", Single)]
    [InlineData("INT", Staged)]
    public void An_interrupted_merge_exits_130_and_leaves_nothing(string signal, string recipe)
    {
        using var process = Begin(recipe);
        MarkedProcesses.Signal(signal, process.Id);
        var error = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(60_000));
        Assert.True(process.ExitCode == 130, $"exit {process.ExitCode}\n{error}");
        Assert.Contains("interrupted", error, StringComparison.Ordinal);
        Assert.Equal(["a", "b", "recipe.yml"], Entries());
    }

    [RunTheory(RunNeeds.Linux)]
    [InlineData(Single)]
    [InlineData(Staged)]
    public void A_killed_merge_leaves_no_result_and_the_next_clears_what_it_left(string recipe)
    {
        using (var process = Begin(recipe))
        {
            process.Kill();
            process.WaitForExit();
        }
        Assert.False(Directory.Exists(sandbox.Out));
        Assert.Contains(Entries(), e => e.StartsWith(".merged", StringComparison.Ordinal));

        sandbox.Write("small.yml", "merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/llama-a}]\n");
        var run = MergeSandbox.MergeFile(sandbox.File("small.yml"), sandbox.Out);
        Assert.True(run.Exit == 0, run.Error);
        Assert.Equal(["a", "b", "merged", "recipe.yml", "small.yml"], Entries());
        Assert.Equal(0, Mergelab.RunIn(MergeSandbox.Recorded, null, "compare", sandbox.Out, "models/llama-a").Exit);
        // The inputs are as they were: headers, sizes, zeros.
        Assert.Equal(0, Mergelab.RunIn(sandbox.Root, null, "compare", "a", "b").Exit);
    }

    string[] Entries() => [.. Directory.EnumerateFileSystemEntries(sandbox.Root).Select(e => Path.GetFileName(e)).Order(StringComparer.Ordinal)];

    /// <summary>Starts a merge and waits until weights are being written.</summary>
    Process Begin(string recipe)
    {
        foreach (var name in new[] { "a", "b" }) HollowModel.Write(sandbox.File(name), layers: 40, size: 2048);
        sandbox.Write("recipe.yml", recipe);
        var process = Mergelab.Start(sandbox.Root, null, "merge", "recipe.yml", "--out", "merged", "--threads", "1", "--quiet");
        for (var clock = Stopwatch.StartNew(); !Directory.EnumerateFiles(sandbox.Root, "*.safetensors*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Any(f => f.Contains(".merged", StringComparison.Ordinal)); Thread.Sleep(2))
        {
            Assert.False(process.HasExited, "the merge ended before it could be stopped");
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), "the merge never began to write");
        }
        return process;
    }
}
