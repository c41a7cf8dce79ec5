namespace MergeLab.Cli.Tests.Runs;

[Collection(Runs.Name)]
public sealed class DamagedCacheTests(UndisturbedRun undisturbed) : IDisposable
{
    readonly RunSandbox sandbox = undisturbed.Continue();

    [RunTheory]
    [InlineData("smoke/merge/average/two")]
    [InlineData("smoke/vectors/topic")]
    [InlineData("smoke/report")]
    public void A_deleted_entry_is_made_again_alone(string stage)
    {
        Directory.Delete(sandbox.Entry(undisturbed.Events, stage), recursive: true);
        var events = sandbox.Run();
        Assert.Equal([stage], events.Ran);
        Assert.Empty(events.Warnings);
        Assert.Equal(undisturbed.Bytes, sandbox.Bytes());
    }

    [RunTheory]
    [InlineData("smoke/merge/geometric_median/three", "out/adapter/adapter_model.safetensors")]
    [InlineData("smoke/evaluate/pretrained/base/topic", "out/examples.parquet")]
    [InlineData("smoke/report", "out/results.parquet")]
    [InlineData("smoke/verify", "manifest.json")]
    public void A_flipped_byte_sets_the_entry_aside_with_a_warning_and_makes_it_again(string stage, string file)
    {
        var entry = sandbox.Entry(undisturbed.Events, stage);
        var path = Path.Combine(entry, file);
        // The index of digests has seen the whole file, as in a cache that was used before.
        Assert.Empty(sandbox.Run().Ran);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);

        var events = sandbox.Run();
        Assert.Equal([stage], events.Ran);
        var warning = Assert.Single(events.Warnings);
        Assert.Contains("set aside", warning, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(file), warning, StringComparison.Ordinal);
        var aside = Assert.Single(Directory.GetDirectories(Path.Combine(sandbox.Cache, "damaged"), "*", SearchOption.AllDirectories), f => Path.GetFileName(f).StartsWith(Path.GetFileName(entry), StringComparison.Ordinal));
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(aside, file)));
        Assert.Equal(undisturbed.Bytes, sandbox.Bytes());
    }

    public void Dispose() => sandbox.Dispose();
}
