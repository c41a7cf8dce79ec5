using MergeLab.Stages.Zoo;

namespace MergeLab.Cli.Tests.Runs;

[Collection(Runs.Name)]
public sealed class BadZooTests : IDisposable
{
    readonly RunSandbox sandbox = new();

    [RunFact]
    public void A_flipped_byte_in_a_shipped_model_fails_the_verify_stage_which_names_the_file()
    {
        ZooDigests.Write(sandbox.Zoo("."));
        var file = sandbox.Zoo("t5-micro-lora/title/adapter_model.safetensors");
        var bytes = File.ReadAllBytes(file);
        bytes[^3] ^= 0x10;
        File.WriteAllBytes(file, bytes);
        var outcome = sandbox.TryRun("--until", "smoke/verify");
        Assert.Equal(1, outcome.Exit);
        var events = new RunEvents(outcome.Out);
        Assert.Equal(["smoke/verify"], events.Failed);
        Assert.Contains("not what its card says", events.Problem("smoke/verify"), StringComparison.Ordinal);
        Assert.Contains(file, events.Problem("smoke/verify"), StringComparison.Ordinal);

        bytes[^3] ^= 0x10;
        File.WriteAllBytes(file, bytes);
        Assert.Equal(["smoke/verify"], sandbox.Run("--until", "smoke/verify").Ran);
    }

    [RunFact]
    public void A_cut_off_adapter_fails_its_stage_and_what_needs_it_is_skipped()
    {
        var file = sandbox.Zoo("t5-micro-lora/title/adapter_model.safetensors");
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..1000]);
        var outcome = sandbox.TryRun("--keep-going", "--only", "smoke/vectors/*,smoke/merge/*");
        Assert.Equal(1, outcome.Exit);
        var events = new RunEvents(outcome.Out);
        Assert.Equal(["smoke/vectors/title"], events.Failed);
        Assert.Contains(file, events.Problem("smoke/vectors/title"), StringComparison.Ordinal);
        Assert.Equal(["smoke/merge/average/two", "smoke/merge/geometric_median/two", "smoke/vectors/describe", "smoke/vectors/topic"], events.Ran);
    }

    [RunFact]
    public void A_missing_adapter_is_told_before_anything_runs()
    {
        Directory.Delete(sandbox.Zoo("t5-micro-lora/title"), recursive: true);
        var outcome = sandbox.Plan("--check");
        Assert.Equal(2, outcome.Exit);
        Assert.Contains(Path.Combine("t5-micro-lora", "title"), outcome.Error, StringComparison.Ordinal);
    }

    public void Dispose() => sandbox.Dispose();
}
