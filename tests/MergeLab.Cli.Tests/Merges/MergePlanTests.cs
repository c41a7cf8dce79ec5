using System.Text.Json;

namespace MergeLab.Cli.Tests.Merges;

/// <summary><c>merge --plan</c>: what a merge would take, before anybody waits for it.</summary>
public sealed class MergePlanTests : IDisposable
{
    readonly MergeSandbox sandbox = new();

    public void Dispose() => sandbox.Dispose();

    /// <summary>More than any disk that runs tests has; a plan that read it would not end.</summary>
    [Fact]
    public void A_plan_of_models_of_terabytes_is_there_at_once()
    {
        foreach (var name in new[] { "base", "a", "b" }) HollowModel.Write(sandbox.File(name), layers: 64, size: 40_000);
        var recipe = sandbox.Write("recipe.yml", "merge_method: ties\nbase_model: base\nparameters: {weight: 1, density: 0.5}\ndtype: bfloat16\nmodels: [{model: a}, {model: b}]\n");
        var text = Mergelab.RunIn(sandbox.Root, null, "merge", recipe, "--plan");
        Assert.True(text.Exit == 0, text.Error);
        Assert.Contains("merges      65 tensors", text.Out, StringComparison.Ordinal);
        Assert.Contains("reads       1.2 TB", text.Out, StringComparison.Ordinal);
        Assert.Contains("writes      204.8 GB in 65 tensors", text.Out, StringComparison.Ordinal);

        var plan = JsonElement.Parse(Mergelab.RunIn(sandbox.Root, null, "merge", recipe, "--plan", "--json").Out);
        Assert.Equal(65, plan.GetProperty("changed_tensors").GetInt32());
        Assert.False(plan.GetProperty("in_factor_space").GetBoolean());
        var tensors = plan.GetProperty("tensors").EnumerateArray().ToList();
        Assert.All(tensors, t => Assert.Equal("BF16", t.GetProperty("dtype").GetString()));
        Assert.Equal([40_000L, 40_000L], tensors.First(t => t.GetProperty("name").GetString() == "model.layers.7.mlp.up_proj.weight").GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()));
        Assert.Equal(plan.GetProperty("bytes_to_write").GetInt64(), tensors.Sum(t => t.GetProperty("bytes").GetInt64()));
        Assert.Equal(6 * plan.GetProperty("bytes_to_write").GetInt64(), plan.GetProperty("bytes_to_read").GetInt64());
        Assert.InRange(plan.GetProperty("working_memory").GetInt64(), 1, 1L << 30);
    }

    public static TheoryData<string, bool> Recipes => new()
    {
        { "merge_method: slerp\nbase_model: models/llama-base\nparameters: {t: 0.5}\nmodels: [{model: models/llama-a}]\n", false },
        { "merge_method: linear\nparameters: {weight: 1}\ntokenizer_source: union\nmodels: [{model: models/llama-base}, {model: models/llama-ext}, {model: models/llama-perm}]\n", false },
        { "merge_method: average\noutput: adapter\nmodels: [{model: models/llama-base+adapters/lora-a}, {model: models/llama-base+adapters/lora-b}]\n", true },
        { "merge_method: average\noutput: adapter\ndtype: bfloat16\nmodels: [{model: models/llama-base+adapters/lora-a}, {model: models/llama-base+adapters/lora-b}]\n", true },
        { "merge_method: geometric_median\nmodels: [{model: models/llama-base+adapters/lora-a}, {model: models/llama-base+adapters/lora-b}]\n", true },
        { "base_model: models/llama-base\ngate_mode: random\nexperts: [{source_model: models/llama-a, positive_prompts: [a]}, {source_model: models/llama-far, positive_prompts: [b]}]\n", false },
    };

    [Theory]
    [MemberData(nameof(Recipes))]
    public void What_a_plan_announces_is_what_the_merge_writes(string recipe, bool inFactorSpace)
    {
        // The target's name with a plan must not start a merge.
        var run = sandbox.Merge(recipe, "--plan", "--json");
        Assert.True(run.Exit == 0, run.Error);
        sandbox.NothingLeft();
        var plan = JsonElement.Parse(run.Out);
        Assert.Equal(inFactorSpace, plan.GetProperty("in_factor_space").GetBoolean());
        Assert.InRange(plan.GetProperty("bytes_to_read").GetInt64(), 1, long.MaxValue);
        sandbox.Merged(recipe);
        var written = JsonElement.Parse(Mergelab.Run("inspect", sandbox.Out, "--json").Out).GetProperty("tensors").EnumerateArray();
        Assert.Equal(written.Select(Described).Order(StringComparer.Ordinal), plan.GetProperty("tensors").EnumerateArray().Select(Described).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_plan_of_stages_whose_tensors_are_not_known_is_refused_with_the_stage() =>
        sandbox.Refused(MergeSandbox.MergeFile(MergeSandbox.Case("multi", "recipe.yaml"), sandbox.Out, "--plan"), "uses the stage 'first'", "recipe.yaml:16:");

    [Fact]
    public void A_plan_finds_the_mistakes_that_the_merge_would_find() =>
        sandbox.Refused(sandbox.Merge("merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/llama-a}, {model: models/mistral-a}]\n", "--plan"), "models of different architectures");

    static string Described(JsonElement t) => $"{t.GetProperty("name").GetString()} {t.GetProperty("dtype").GetString()} {t.GetProperty("shape").GetRawText()} {t.GetProperty("bytes").GetInt64()}";
}
