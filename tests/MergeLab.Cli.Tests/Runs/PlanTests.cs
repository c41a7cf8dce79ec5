using System.Text.Json;

namespace MergeLab.Cli.Tests.Runs;

[Collection(Runs.Name)]
public sealed class PlanTests(UndisturbedRun undisturbed) : IDisposable
{
    readonly RunSandbox sandbox = undisturbed.Continue();

    [RunFact]
    public void A_plan_of_what_has_run_has_nothing_to_do()
    {
        var outcome = sandbox.Plan("--check", "--json");
        Assert.Equal(0, outcome.Exit);
        Assert.Empty(outcome.Error);
        Assert.Equal(undisturbed.Events.Ran, Stages(outcome, "cached"));
        Assert.Empty(Stages(outcome, "run"));
    }

    [RunFact]
    public void A_fresh_cache_has_all_to_do_and_planning_leaves_it_as_it_is()
    {
        using var fresh = new RunSandbox();
        var outcome = fresh.Plan("--check", "--json");
        Assert.Equal(10, outcome.Exit);
        Assert.Equal(undisturbed.Events.Ran, Stages(outcome, "run").Concat(Stages(outcome, "follow")).Order(StringComparer.Ordinal));
        Assert.All(Reasons(outcome, "smoke/verify"), r => Assert.Equal("never_run", r.GetProperty("cause").GetString()));
        Assert.Equal(0, fresh.Plan().Exit);
        Assert.DoesNotContain(Directory.EnumerateFiles(fresh.Cache, "*", SearchOption.AllDirectories), f => f.Contains("/out/", StringComparison.Ordinal));
    }

    [RunFact]
    public void A_changed_parameter_is_shown_as_it_was_and_as_it_is()
    {
        var now = RunSandbox.FewExamples - 1;
        sandbox.Edit($"topic.jsonl, split: test, limit: {RunSandbox.FewExamples}", $"topic.jsonl, split: test, limit: {now}");
        var outcome = sandbox.Plan("--check", "--json");
        Assert.Equal(10, outcome.Exit);
        var topics = undisturbed.Events.Ran.Where(id => id.StartsWith("smoke/evaluate/", StringComparison.Ordinal) && id.EndsWith("/topic", StringComparison.Ordinal)).ToArray();
        Assert.Equal(topics, Stages(outcome, "run"));
        Assert.Equal(["smoke/report"], Stages(outcome, "follow"));
        var reason = Assert.Single(Reasons(outcome, topics[0]));
        Assert.Equal(
            ("changed", "parameters.limit", $"{RunSandbox.FewExamples}", $"{now}"),
            (reason.GetProperty("cause").GetString(), reason.GetProperty("field").GetString(), reason.GetProperty("old").GetString(), reason.GetProperty("new").GetString()));
        Assert.Contains($"parameters.limit {RunSandbox.FewExamples} → {now}", sandbox.Plan().Out, StringComparison.Ordinal);
    }

    [RunFact]
    public void A_changed_file_is_named()
    {
        File.AppendAllText(sandbox.Zoo("t5-micro-lora/title/training.json"), "\n");
        var outcome = sandbox.Plan("--json");
        var reason = Assert.Single(Reasons(outcome, "smoke/vectors/title"));
        Assert.Equal("inputs.adapter", reason.GetProperty("field").GetString());
        Assert.EndsWith("t5-micro-lora/title", reason.GetProperty("source").GetString(), StringComparison.Ordinal);
    }

    [RunFact]
    public void A_deleted_and_a_damaged_entry_are_told_apart()
    {
        Directory.Delete(sandbox.Entry(undisturbed.Events, "smoke/merge/average/two"), recursive: true);
        File.AppendAllText(Path.Combine(sandbox.Entry(undisturbed.Events, "smoke/vectors/topic"), "out/norms.json"), " ");
        var outcome = sandbox.Plan("--json", "--check");
        Assert.Equal(10, outcome.Exit);
        Assert.Equal("damaged", Assert.Single(Reasons(outcome, "smoke/vectors/topic")).GetProperty("cause").GetString());
        Assert.Equal(["smoke/vectors/topic"], Stages(outcome, "run"));

        sandbox.Run("--only", "smoke/vectors/topic");
        outcome = sandbox.Plan("--json", "--check");
        Assert.Equal("missing", Assert.Single(Reasons(outcome, "smoke/merge/average/two")).GetProperty("cause").GetString());
        Assert.Equal(["smoke/merge/average/two"], Stages(outcome, "run"));
    }

    [RunFact]
    public void A_plan_goes_to_a_file()
    {
        var file = Path.Combine(sandbox.Root, "plan.json");
        var outcome = sandbox.Plan("--out", file);
        Assert.Equal((0, ""), (outcome.Exit, outcome.Out));
        Assert.Equal(undisturbed.Events.Count, JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("cached").GetInt32());
    }

    [RunTheory]
    [InlineData("--cores", "0")]
    [InlineData("--threads", "0")]
    [InlineData("--memory", "much")]
    public void A_budget_that_is_none_is_refused(string flag, string value)
    {
        var outcome = sandbox.Plan(flag, value);
        Assert.Equal(2, outcome.Exit);
        Assert.Contains(flag, outcome.Error, StringComparison.Ordinal);
    }

    [RunTheory]
    [InlineData(3, "--threads", "3")]
    [InlineData(5, "--cores", "5", "--threads", "3")]
    public void As_many_stages_run_at_once_as_there_are_threads_unless_cores_says_otherwise(int cores, params string[] flags) =>
        Assert.Equal(cores, JsonDocument.Parse(sandbox.Plan(["--json", .. flags]).Out).RootElement.GetProperty("budget").GetProperty("cores").GetInt32());

    public void Dispose() => sandbox.Dispose();

    static JsonElement[] All(Mergelab.Outcome outcome) => [.. JsonDocument.Parse(outcome.Out).RootElement.GetProperty("stages").EnumerateArray()];

    static string[] Stages(Mergelab.Outcome outcome, string action) =>
        [.. All(outcome).Where(s => s.GetProperty("action").GetString() == action).Select(s => s.GetProperty("id").GetString()!).Order(StringComparer.Ordinal)];

    static JsonElement[] Reasons(Mergelab.Outcome outcome, string stage) =>
        [.. All(outcome).Single(s => s.GetProperty("id").GetString() == stage).GetProperty("reasons").EnumerateArray()];
}
