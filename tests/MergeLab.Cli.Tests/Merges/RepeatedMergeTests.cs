namespace MergeLab.Cli.Tests.Merges;

/// <summary>One recipe is one result, wherever and however often it runs.</summary>
public sealed class RepeatedMergeTests : IDisposable
{
    const string Drawing = """
        merge_method: dare_ties
        base_model: models/llama-base
        models:
          - {model: models/llama-a, parameters: {weight: 0.6, density: 0.5}}
          - {model: models/llama-far, parameters: {weight: 0.4, density: 0.3}}
        """;

    readonly MergeSandbox sandbox = new();

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public void A_seed_draws_the_same_bytes_again_and_another_seed_others()
    {
        sandbox.Merged(Drawing, sandbox.File("a"), "--random-seed", "5");
        sandbox.Merged(Drawing, sandbox.File("b"), "--random-seed", "5");
        sandbox.Merged(Drawing, sandbox.File("c"), "--random-seed", "6");
        Assert.Equal(MergeSandbox.Weights(sandbox.File("a")), MergeSandbox.Weights(sandbox.File("b")));
        Assert.NotEqual(MergeSandbox.Weights(sandbox.File("a")), MergeSandbox.Weights(sandbox.File("c")));
    }

    public static TheoryData<string> Methods =>
    [
        Drawing,
        "merge_method: ties\nbase_model: models/llama-base\nparameters: {weight: 1, density: 0.4}\nmodels: [{model: models/llama-a}, {model: models/llama-far}]\n",
        "merge_method: geometric_median\nbase_model: models/llama-base\nmodels: [{model: models/llama-a}, {model: models/llama-far}, {model: models/llama-c}]\n",
        "merge_method: model_stock\nbase_model: models/llama-base\nmodels: [{model: models/llama-a}, {model: models/llama-far}]\n",
        "merge_method: tsv_m\nbase_model: models/llama-base\nmodels: [{model: models/llama-a}, {model: models/llama-far}]\n",
        "merge_method: linear\ndtype: bfloat16\nparameters: {weight: 1}\nmodels: [{model: models/llama-b}, {model: models/llama-d}]\n",
        "merge_method: ties\nbase_model: models/llama-base\nparameters: {weight: 1, density: 0.4}\nmodels: [{model: models/llama-base+adapters/lora-a}, {model: models/llama-base+adapters/lora-b}]\n",
        "base_model: models/llama-base\ngate_mode: random\nexperts: [{source_model: models/llama-a, positive_prompts: [a]}, {source_model: models/llama-far, positive_prompts: [b]}]\n",
    ];

    [Theory]
    [MemberData(nameof(Methods))]
    public void One_thread_and_two_write_the_same_bytes(string recipe)
    {
        foreach (var threads in new[] { "1", "2" })
        {
            sandbox.Merged(recipe, sandbox.File(threads, "merged"), "--threads", threads);
        }
        Assert.Equal(MergeSandbox.Bytes(sandbox.File("1", "merged")), MergeSandbox.Bytes(sandbox.File("2", "merged")));
    }

    /// <summary>A repository keeps recipes in a folder beside its models', and people run them from anywhere.</summary>
    [Fact]
    public void A_recipe_finds_models_in_a_folder_above_it_from_any_working_folder()
    {
        sandbox.CopyModel("llama-a");
        sandbox.CopyModel("llama-c");
        sandbox.Write("elsewhere/x", "");
        var recipe = sandbox.Write("recipes/mine/linear.yml", "merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/llama-a}, {model: models/llama-c}]\n");
        foreach (var (folder, path, target) in new[] { (sandbox.Root, "recipes/mine/linear.yml", "one"), (sandbox.File("elsewhere"), recipe, "../two"), (sandbox.File("recipes", "mine"), "linear.yml", "../../three") })
        {
            var run = Mergelab.RunIn(folder, null, "merge", path, "--out", target);
            Assert.True(run.Exit == 0, run.Error);
        }
        Assert.Single(new[] { "one", "two", "three" }.Select(t => MergeSandbox.Weights(sandbox.File(t))).Distinct());
    }

    [Fact]
    public void A_model_that_is_nowhere_is_named_as_the_recipe_writes_it() =>
        sandbox.Refused("merge_method: linear\nparameters: {weight: 1}\nmodels:\n  - {model: models/llama-a}\n  - {model: models/llama-z}\n", "llama-z", "recipe.yml:5:");
}
