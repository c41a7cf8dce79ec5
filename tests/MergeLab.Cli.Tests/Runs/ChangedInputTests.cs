namespace MergeLab.Cli.Tests.Runs;

[Collection(Runs.Name)]
public sealed class ChangedInputTests(UndisturbedRun undisturbed) : IDisposable
{
    readonly RunSandbox sandbox = undisturbed.Continue();

    [RunFact]
    public void Changed_adapter_weights_run_again_what_comes_from_them_and_nothing_else()
    {
        Flip(sandbox.Zoo("t5-micro-lora/title/adapter_model.safetensors"), fromEnd: 3);
        ExpectRun(
            "smoke/evaluate/average/three/story-summary", "smoke/evaluate/average/three/topic", "smoke/evaluate/geometric_median/three/story-summary",
            "smoke/evaluate/geometric_median/three/topic", "smoke/evaluate/individual/title/story-summary", "smoke/evaluate/individual/title/topic",
            "smoke/merge/average/three", "smoke/merge/geometric_median/three", "smoke/report", "smoke/vectors/title", "smoke/verify");
    }

    /// <summary>The adapter's task vectors come out the same, so that no merge runs; evaluations of the adapter itself read its folder.</summary>
    [RunFact]
    public void A_change_that_leaves_the_task_vectors_as_they_are_goes_no_further()
    {
        File.AppendAllText(sandbox.Zoo("t5-micro-lora/title/training.json"), "\n");
        ExpectRun("smoke/evaluate/individual/title/story-summary", "smoke/evaluate/individual/title/topic", "smoke/report", "smoke/vectors/title", "smoke/verify");
    }

    [RunFact]
    public void A_changed_limit_evaluates_that_task_again()
    {
        sandbox.Edit($"topic.jsonl, split: test, limit: {RunSandbox.FewExamples}", $"topic.jsonl, split: test, limit: {RunSandbox.FewExamples - 1}");
        ExpectRun([.. undisturbed.Events.Ran.Where(id => id.StartsWith("smoke/evaluate/", StringComparison.Ordinal) && id.EndsWith("/topic", StringComparison.Ordinal)), "smoke/report"]);
    }

    [RunFact]
    public void A_changed_granularity_merges_by_that_method_again()
    {
        SetGranularity("model");
        ExpectRun(
            "smoke/evaluate/geometric_median/three/story-summary", "smoke/evaluate/geometric_median/three/topic", "smoke/evaluate/geometric_median/two/story-summary",
            "smoke/evaluate/geometric_median/two/topic", "smoke/merge/geometric_median/three", "smoke/merge/geometric_median/two", "smoke/report");
    }

    [RunFact]
    public void Writing_out_a_default_runs_nothing()
    {
        SetGranularity("matrix");
        ExpectRun();
    }

    [RunFact]
    public void A_renamed_set_evaluates_nothing_again()
    {
        sandbox.Edit("  two:   [", "  pair:  [");
        File.WriteAllText(sandbox.Recipe, File.ReadAllText(sandbox.Recipe).Replace("[two, three]", "[pair, three]", StringComparison.Ordinal));
        ExpectRun("smoke/report");
    }

    public void Dispose() => sandbox.Dispose();

    void SetGranularity(string value) => sandbox.Edit("  - method: geometric_median\n", $"  - method: geometric_median\n    parameters: {{ granularity: {value} }}\n");

    void ExpectRun(params string[] stages)
    {
        var events = sandbox.Run();
        Assert.Equal(stages.Order(StringComparer.Ordinal), events.Ran);
        Assert.Equal(events.Count - stages.Length, events.Cached.Length);
        Assert.Empty(events.Warnings);
        Assert.Empty(sandbox.Run().Ran);
    }

    static void Flip(string file, int fromEnd)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[^fromEnd] ^= 0x10;
        File.WriteAllBytes(file, bytes);
    }
}
