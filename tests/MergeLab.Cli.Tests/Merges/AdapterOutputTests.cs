using System.Runtime.InteropServices;
using System.Text.Json;
using MergeLab.Checkpoints;

namespace MergeLab.Cli.Tests.Merges;

/// <summary><c>output: adapter</c>: the adapter on its base is the model that the same recipe makes dense.</summary>
public sealed class AdapterOutputTests : IDisposable
{
    readonly MergeSandbox sandbox = new();

    public void Dispose() => sandbox.Dispose();

    static string Base => Repository.Golden("adapters", "bases", "llama");

    static string Adapter(string name) => Repository.Golden("adapters", "cases", name, "adapter");

    static string Recipe(string method, string shared = "", string perModel = "", params string[] adapters) =>
        $"merge_method: {method}\n{shared}models:\n" + string.Concat((adapters.Length > 0 ? adapters : ["llama-default", "llama-rslora", "llama-alpha"]).Select(a => $"  - {{model: {Base}+{(Path.IsPathRooted(a) ? a : Adapter(a))}{perModel}}}\n"));

    public static TheoryData<string> Recipes =>
    [
        Recipe("average"),
        Recipe("linear", perModel: ", parameters: {weight: 0.7}"),
        Recipe("task_arithmetic", "parameters: {lambda: 0.4}\n", ", parameters: {weight: 0.7}"),
        Recipe("geometric_median"),
        Recipe("geometric_median", "parameters: {granularity: model}\n"),
        Recipe("cart"),
        Recipe("tsv_m"),
        Recipe("knots"),
        Recipe("core_space"),
        Recipe("add_weighted_adapter", perModel: ", parameters: {weight: 0.7}"),
    ];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_merged_adapter_on_its_base_is_the_merged_model(string recipe)
    {
        sandbox.Merged(recipe, sandbox.File("dense"));
        sandbox.Merged(recipe + "output: adapter\n", sandbox.File("adapter"));
        Assert.Equal(["adapter_config.json", "adapter_model.safetensors", "mergelab.json"], MergeSandbox.Bytes(sandbox.File("adapter")).Keys);
        sandbox.Merged(Recipe("average", adapters: sandbox.File("adapter")), sandbox.File("applied"));
        // Factors rounded to float32 once, on weights of about 1.
        var run = Mergelab.Run("compare", sandbox.File("dense"), sandbox.File("applied"), "--atol", "1e-6");
        Assert.True(run.Exit == 0, run.Out);
        Assert.Equal(1, Mergelab.Run("compare", sandbox.File("dense"), Base, "--atol", "1e-6").Exit);
    }

    /// <summary>The same recipe with the adapters merged into their base beforehand: the engine of full models knows nothing of factors.</summary>
    [Theory]
    [InlineData("average", "")]
    [InlineData("linear", ", parameters: {weight: 0.7}")]
    [InlineData("task_arithmetic", ", parameters: {weight: 0.7}")]
    public void A_merge_of_factors_is_the_merge_of_the_models_they_stand_for(string method, string perModel)
    {
        string[] names = ["llama-default", "llama-rslora", "llama-alpha"];
        foreach (var name in names) sandbox.Merged(Recipe("average", adapters: name), sandbox.File(name));
        sandbox.Merged(Recipe(method, perModel: perModel, adapters: names), sandbox.File("factors"));
        var basis = method == "linear" ? "" : $"base_model: {Base}\n";
        sandbox.Merged($"merge_method: {method}\n{basis}models:\n" + string.Concat(names.Select(n => $"  - {{model: {sandbox.File(n)}{perModel}}}\n")), sandbox.File("models"));
        // The models were rounded to float32 in between.
        var run = Mergelab.Run("compare", sandbox.File("factors"), sandbox.File("models"), "--atol", "1e-6");
        Assert.True(run.Exit == 0, run.Out);
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { Recipe("ties", "parameters: {weight: 1, density: 0.5}\n"), "not of low rank" },
        { Recipe("linear", "parameters: {normalize: false}\n", ", parameters: {weight: 0.7}"), "do not add up to 1" },
        { Recipe("average", adapters: ["llama-default", "llama-dora"]), "DoRA" },
        { Recipe("average", adapters: ["llama-default", "llama-token-rows"]), "replaces whole tensors" },
        { Recipe("average", adapters: ["llama-default", "llama-ia3"]), "IA3" },
        { Recipe("average", "tokenizer_source: base\n"), "an adapter has no tokenizer" },
        { Recipe("average", "tokenizer_source: base\n", "", "llama-ia3"), "an adapter has no tokenizer" },
        { Recipe("ties", "parameters: {weight: 1, density: 0.5}\n", "", "llama-ia3"), "does not merge IA3 adapters" },
        { "merge_method: average\nbase_model: models/llama-base\nmodels: [{model: models/llama-a}]\n", "has no adapter" },
        { "merge_method: passthrough\nslices: [{sources: [{model: models/llama-base+adapters/lora-a, layer_range: [0, 2]}]}]\n", "no adapter" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_is_no_adapter_is_refused_with_the_reason(string recipe, string reason) => sandbox.Refused(recipe + "output: adapter\n", reason);

    [Theory]
    [InlineData("average", "")]
    [InlineData("geometric_median", "")]
    [InlineData("task_arithmetic", "parameters: {weight: 0.5}\n")]
    public void IA3_adapters_merge_to_one_that_is_the_merged_model(string method, string shared)
    {
        var other = OtherIa3();
        var recipe = Recipe(method, shared, "", "llama-ia3", other);
        sandbox.Merged(recipe, sandbox.File("dense"));
        sandbox.Merged(recipe + "output: adapter\n", sandbox.File("adapter"));
        Assert.Equal("IA3", JsonElement.Parse(File.ReadAllText(sandbox.File("adapter", "adapter_config.json"))).GetProperty("peft_type").GetString());
        sandbox.Merged(Recipe("average", adapters: sandbox.File("adapter")), sandbox.File("applied"));
        // Averages agree in vectors and in weights; a median of vectors is not one of weights, which scale them.
        if (method != "geometric_median") Assert.Equal(0, Mergelab.Run("compare", sandbox.File("dense"), sandbox.File("applied"), "--atol", "1e-6").Exit);
        var (first, second, merged) = (Vectors(Adapter("llama-ia3")), Vectors(other), Vectors(sandbox.File("adapter")));
        Assert.Equal(first.Keys.Order(StringComparer.Ordinal), merged.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, values) in merged)
            for (var i = 0; i < values.Length; i++) Assert.InRange(values[i], Math.Min(first[name][i], second[name][i]) - 1e-6, Math.Max(first[name][i], second[name][i]) + 1e-6);
    }

    [Fact]
    public void The_recipes_type_is_the_adapters()
    {
        sandbox.Merged(Recipe("average", "dtype: bfloat16\n") + "output: adapter\n", sandbox.File("lora"));
        sandbox.Merged(Recipe("average", "dtype: bfloat16\n", "", "llama-ia3") + "output: adapter\n", sandbox.File("ia3"));
        foreach (var name in new[] { "lora", "ia3" })
        {
            using var weights = SafetensorsFile.Open(sandbox.File(name, "adapter_model.safetensors"));
            Assert.All(weights.Tensors, t => Assert.Equal(DType.BF16, t.DType));
        }
    }

    static Dictionary<string, double[]> Vectors(string folder) => MergeSandbox.Values(Path.Combine(folder, "adapter_model.safetensors"));

    /// <summary>The recorded IA3 adapter with each vector turned around.</summary>
    string OtherIa3()
    {
        var folder = sandbox.Copy(Adapter("llama-ia3"), "ia3");
        var file = Path.Combine(folder, "adapter_model.safetensors");
        var values = MergeSandbox.Values(file);
        TensorSpec[] specs;
        using (var stored = SafetensorsFile.Open(file)) specs = [.. stored.Tensors.Select(t => new TensorSpec(t.Name, t.DType, t.Shape))];
        File.Delete(file);
        using var writer = SafetensorsWriter.Create(file, specs, null);
        foreach (var spec in specs) writer.Write(spec.Name, 0, MemoryMarshal.AsBytes(values[spec.Name].Reverse().Select(v => (float)v).ToArray().AsSpan()));
        writer.Commit();
        return folder;
    }
}
