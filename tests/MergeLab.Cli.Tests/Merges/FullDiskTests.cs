using MergeLab.Cli.Tests.Runs;

namespace MergeLab.Cli.Tests.Merges;

/// <summary>A disk too small for the result is told before anything is written, with both sizes.</summary>
public sealed class FullDiskTests : IDisposable
{
    readonly MergeSandbox sandbox = new();

    public void Dispose() => sandbox.Dispose();

    public static TheoryData<string> Recipes =>
    [
        "merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/llama-a}, {model: models/llama-c}]\n",
        "name: first\nmerge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/llama-a}]\n---\nmerge_method: linear\nparameters: {weight: 1}\nmodels: [{model: first}, {model: models/llama-c}]\n",
        "merge_method: average\nmodels: [{model: models/llama-base+adapters/lora-a}]\n",
        "base_model: models/llama-base\ngate_mode: random\nexperts: [{source_model: models/llama-a}, {source_model: models/llama-far}]\n",
    ];

    [RunTheory(RunNeeds.SmallDisk)]
    [MemberData(nameof(Recipes))]
    public void The_bytes_that_lack_are_said_and_nothing_is_left(string recipe)
    {
        using var disk = new SmallDisk(64);
        var run = MergeSandbox.MergeFile(sandbox.Write("recipe.yml", recipe), Path.Combine(disk.Path, "merged"));
        Assert.True(run.Exit == 3, $"exit {run.Exit}\n{run.Error}");
        Assert.Contains("error: the disk is too small for the result", run.Error, StringComparison.Ordinal);
        Assert.Matches(@"it takes \d{5,} bytes, \d+ are free", run.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Path));
    }

    [RunFact(RunNeeds.SmallDisk)]
    public void An_adapter_that_has_no_room_leaves_nothing()
    {
        using var disk = new SmallDisk(4);
        var recipe = sandbox.Write("recipe.yml", "merge_method: average\noutput: adapter\nmodels: [{model: models/llama-base+adapters/lora-a}, {model: models/llama-base+adapters/lora-b}]\n");
        var run = MergeSandbox.MergeFile(recipe, Path.Combine(disk.Path, "merged"));
        Assert.True(run.Exit == 3, $"exit {run.Exit}\n{run.Error}");
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Path));
    }

    [RunFact(RunNeeds.SmallDisk)]
    public void With_room_for_the_result_the_merge_fits()
    {
        using var disk = new SmallDisk(512);
        var recipe = sandbox.Write("recipe.yml", "merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/llama-a}, {model: models/llama-c}]\n");
        var run = MergeSandbox.MergeFile(recipe, Path.Combine(disk.Path, "merged"));
        Assert.True(run.Exit == 0, run.Error);
    }
}
