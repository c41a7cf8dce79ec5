using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Tests.Engine;
using MergeLab.Merging.Tests.Planning;

namespace MergeLab.Merging.Tests.Methods;

/// <summary>Integers, which have no settings, tensors without elements, and tensors that no model changed, beside weights, under every method.</summary>
public sealed class ConstantTensorTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("linear", "weight: 0.5")]
    [InlineData("average", "")]
    [InlineData("average", "", "fusionbench")]
    [InlineData("multislerp", "weight: 0.5")]
    [InlineData("karcher", "")]
    [InlineData("task_arithmetic", "weight: 0.5")]
    [InlineData("ties", "weight: 0.5, density: 0.5")]
    [InlineData("ties", "weight: 0.5, density: 0.5, granularity: model")]
    [InlineData("ties", "weight: 0.5, density: 0.5", "fusionbench")]
    [InlineData("dare_ties", "weight: 0.5, density: 0.5", "fusionbench")]
    [InlineData("della", "weight: 0.5, density: 0.5")]
    [InlineData("breadcrumbs", "weight: 0.5, density: 0.5")]
    [InlineData("lines", "weight: 0.5, alpha: 0.1, beta: 0.5")]
    [InlineData("lines", "weight: 0.5, alpha: 0.1, beta: 0.5, rule: ties, granularity: model")]
    [InlineData("model_stock", "")]
    [InlineData("model_stock", "filter_wise: true")]
    [InlineData("sce", "select_topk: 0.5")]
    [InlineData("ram", "")]
    [InlineData("ramplus_tl", "")]
    [InlineData("magmax", "")]
    [InlineData("emr", "")]
    [InlineData("emr", "task: 2")]
    [InlineData("geometric_median", "granularity: model")]
    [InlineData("cart", "", "fusionbench")]
    [InlineData("cart", "task: 1")]
    [InlineData("tsv_m", "", "fusionbench")]
    [InlineData("iso_c", "", "fusionbench")]
    [InlineData("iso_cts", "", "fusionbench")]
    [InlineData("wudi", "iterations: 2")]
    public void They_come_out_as_they_went_in(string method, string parameters, string? compat = null)
    {
        float[][] weights = [[0.1f, 0.2f, -0.3f, 0.4f], [0.5f, 0.1f, -0.7f, 0.2f], [-0.4f, 0.6f, 0.3f, 0.9f], [0.2f, -0.8f, 0.1f, 0.5f]];
        string[] names = ["base", "a", "b", "c"];
        foreach (var (name, values) in names.Zip(weights))
            ToyModel.Write(scratch, name, """{"num_hidden_layers": 1}""",
                (new TensorSpec("layers.0.mlp.weight", DType.F32, [2, 2]), ToyModel.Bytes(values)),
                (new TensorSpec("layers.0.frozen.weight", DType.F32, [2, 2]), ToyModel.Bytes(1, 2, 3, 4)),
                (new TensorSpec("layers.0.empty.weight", DType.F32, [0, 3]), []),
                (new TensorSpec("layers.0.counter", DType.I64, [1]), [7, 0, 0, 0, 0, 0, 0, 0]));
        var bases = method is "linear" or "average" or "karcher" or "cart" ? "" : "base_model: base\n";
        var text = $"merge_method: {method}\n{bases}models: [{{model: a}}, {{model: b}}, {{model: c}}]\nparameters: {{{parameters}}}\n" + (compat is null ? "" : $"compat: {compat}\n");
        var recipe = RecipeReader.Read(text, "r.yml");
        using var models = OpenedModels.Open(recipe, path => scratch.File(path));
        var planned = RecipePlanner.Plan(recipe, models, new PlanOptions { Threads = 2 });
        var merged = Merges.Carry(recipe.Method.Dense!(), planned.Run);
        Assert.Equal([7, 0, 0, 0, 0, 0, 0, 0], merged["layers.0.counter"]);
        Assert.Empty(merged["layers.0.empty.weight"]);
        if (bases.Length > 0) Assert.Equal(ToyModel.Bytes(1, 2, 3, 4), merged["layers.0.frozen.weight"]);
        Assert.All(Merges.Values(DType.F32, merged["layers.0.mlp.weight"]), v => Assert.True(double.IsFinite(v)));
    }
}
