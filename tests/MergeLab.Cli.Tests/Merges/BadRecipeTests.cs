namespace MergeLab.Cli.Tests.Merges;

/// <summary>Recipes and command lines that cannot be meant.</summary>
public sealed class BadRecipeTests : IDisposable
{
    readonly MergeSandbox sandbox = new();

    public void Dispose() => sandbox.Dispose();

    static string Ties(string density) => $"merge_method: ties\nbase_model: models/llama-base\nparameters:\n  weight: 1\n  density: {density}\nmodels: [{{model: models/llama-a}}, {{model: models/llama-c}}]\n";

    [Theory]
    [InlineData("-0.1")]
    [InlineData("-1")]
    [InlineData("20")]
    [InlineData(".nan")]
    [InlineData(".inf")]
    [InlineData("half")]
    public void A_density_that_is_no_share_is_refused_with_its_line(string density) => sandbox.Refused(Ties(density), "density", "recipe.yml:5:");

    /// <summary>Nothing kept is the base, all kept is the plain sum of task vectors that agree.</summary>
    [Fact]
    public void Density_0_is_the_base_and_density_1_keeps_everything()
    {
        sandbox.Merged(Ties("0"), sandbox.File("none"));
        Assert.Equal(0, Mergelab.RunIn(MergeSandbox.Recorded, null, "compare", sandbox.File("none"), "models/llama-base").Exit);
        sandbox.Merged("merge_method: ties\nbase_model: models/llama-base\nparameters: {weight: 1, density: 1}\nmodels: [{model: models/llama-a}]\n", sandbox.File("all"));
        Assert.Equal(0, Mergelab.RunIn(MergeSandbox.Recorded, null, "compare", sandbox.File("all"), "models/llama-a", "--atol", "1e-6").Exit);
    }

    public static TheoryData<string, string> Recipes => new()
    {
        { "merge_method: linear\nmodels: []\n", "'models' is empty" },
        { "merge_method: linear\nparameters: {weight: 1}\nmodels:\n", "models" },
        { "merge_method: linear\n", "without 'models'" },
        { "merge_method: linear\nparameters: {weight: 1}\nmodels:\n  - {model: models/llama-a}\n  - {model: models/llama-a}\n", "listed twice" },
        { "merge_method: average\nmodels:\n  - {model: models/llama-base+adapters/lora-a}\n  - {model: models/llama-base+adapters/lora-a}\n", "listed twice" },
        { "merge_method: linear\nmodels: [{model: models/llama-a}]\n", "needs 'weight'" },
        { "merge_method: linaer\nmodels: [{model: models/llama-a}]\n", "did you mean 'linear'?" },
        { "merge_method: linear\nparameters: {weight: 1, normalize: true}\nmodels: [{model: models/llama-a, parameters: {weight: 1}}, {model: models/llama-c, parameters: {weight: -1}}]\n", "weight" },
        { "merge_method: ties\nparameters: {weight: 1, density: 0.5}\nmodels: [{model: models/llama-a}]\n", "base_model" },
        { "merge_method: linear\nparameters: {weight: 1}\ndtype: int4\nmodels: [{model: models/llama-a}]\n", "int4" },
        { "experts: [{source_model: models/llama-a}]\nbase_model: models/llama-base\n", "gate_mode" },
        { "experts: [{source_model: models/llama-a}]\nbase_model: models/llama-base+adapters/lora-a\ngate_mode: random\n", "has an adapter" },
        { "- a\n- b\n", "recipe.yml:1" },
        { "", "recipe.yml" },
        { "merge_method: [linear\n", "recipe.yml:" },
    };

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_wrong_recipe_is_one_error_that_says_where(string recipe, string message) => sandbox.Refused(recipe, message, "recipe.yml");

    /// <summary>What is wrong in a model is told of the model.</summary>
    [Theory]
    [InlineData("merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/llama-a}, {model: models/bad-truncated}]\n", "models/bad-truncated")]
    [InlineData("merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/llama-a}, {model: models/bad-noweights}]\n", "models/bad-noweights")]
    [InlineData("experts: [{source_model: models/llama-a}]\nbase_model: models/t5-base\ngate_mode: random\n", "models/t5-base")]
    [InlineData("experts: [{source_model: models/llama-5layers}]\nbase_model: models/qwen2-base\ngate_mode: random\n", "models/llama-5layers")]
    public void A_model_that_does_not_serve_is_named(string recipe, string model) => sandbox.Refused(recipe, model);

    const string Linear = "merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/llama-a}, {model: models/llama-c}]\n";

    [Theory]
    [InlineData("--shard-size", "1.5G", "--shard-size 1.5G")]
    [InlineData("--shard-size", "0", "--shard-size 0")]
    [InlineData("--shard-size", "-5GB", "--shard-size -5GB")]
    [InlineData("--random-seed", "one", "--random-seed")]
    [InlineData("--masks", "nowhere.safetensors", "nowhere.safetensors")]
    [InlineData("--masks", "models/llama-a/model.safetensors", "is no mask")]
    [InlineData("--threads", "0", "--threads")]
    [InlineData("--unsafe-truncate-embedings", "", "--unsafe-truncate-embeddings")]
    public void A_wrong_option_is_refused(string option, string value, string message) => sandbox.Refused(sandbox.Merge(Linear, [option, .. value.Length > 0 ? new[] { value } : []]), message);

    [Theory]
    [InlineData("base_model: models/llama-base\ngate_mode: random\nexperts: [{source_model: models/llama-a, positive_prompts: [a]}]\n")]
    [InlineData(Linear)]
    public void Masks_that_nothing_reads_are_refused(string recipe) =>
        sandbox.Refused(sandbox.Merge(recipe, "--masks", MergeSandbox.Case("dare-ties", "masks.safetensors")), "--masks", "has no use here");

    [Fact]
    public void Masks_of_other_models_are_refused_with_what_is_missing() =>
        sandbox.Refused(sandbox.Merge("merge_method: dare_linear\nbase_model: models/llama-base\nparameters: {weight: 1, density: 0.5}\nmodels: [{model: models/llama-c}]\n",
            "--masks", MergeSandbox.Case("dare-ties", "masks.safetensors")), "llama-c");

    [Fact]
    public void An_existing_model_is_kept_and_a_folder_of_something_else_even_with_overwrite()
    {
        var precious = sandbox.Write("merged/model.safetensors", "precious");
        var run = sandbox.Merge(Linear);
        Assert.Equal(2, run.Exit);
        Assert.Contains("--overwrite", run.Error, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(precious));
        sandbox.Write("home/letter.txt", "precious");
        var wrong = MergeSandbox.MergeFile(sandbox.File("recipe.yml"), sandbox.File("home"), "--overwrite");
        Assert.Equal(2, wrong.Exit);
        Assert.Contains("something else than a model", wrong.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(sandbox.File("home", "letter.txt")));
        Assert.Equal(0, sandbox.Merge(Linear, "--overwrite").Exit);
        Assert.NotEqual("precious", File.ReadAllText(precious));
    }
}
