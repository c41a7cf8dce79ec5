using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Tests.Recipes;

namespace MergeLab.Merging.Tests.Planning;

public sealed class RecipePlannerTests : IDisposable
{
    const string TwoStacks = """{"architectures": ["Speech"], "encoder_layers": 2, "decoder_layers": 1}""";
    const string OneStack = """{"architectures": ["Plain"], "num_hidden_layers": 2, "layer_types": ["a", "b"]}""";

    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Two_stacks_under_one_prefix_are_modules_named_by_where_they_differ()
    {
        ToyModel.Write(scratch, "m", TwoStacks, ("model.encoder.layers.0.w", 1), ("model.encoder.layers.1.w", 1), ("model.encoder.layer_norm.w", 1), ("model.decoder.layers.0.w", 1), ("proj_out.w", 1));
        using var planned = Planned("merge_method: passthrough\nmodels: [{model: m}]\n");
        Assert.Equal(["decoder:model.decoder.layers:decoder_layers:1", "encoder:model.encoder.layers:encoder_layers:2", "shared:::0"],
            planned.Merge.Modules.Select(m => $"{m.Name}:{m.Prefix}:{m.ConfigKey}:{m.Layers.Count}"));
        Assert.Equal(5, planned.Merge.Run.Tensors.Count);
    }

    [Fact]
    public void Numbered_tensors_that_the_config_does_not_count_are_no_layers()
    {
        ToyModel.Write(scratch, "m", OneStack, ("model.layers.0.w", 1), ("model.layers.1.w", 1), ("classifier.0.w", 1), ("classifier.1.w", 1), ("classifier.2.w", 1));
        using var planned = Planned("merge_method: passthrough\nslices: [{sources: [{model: m, layer_range: [0, 1]}]}]\n");
        Assert.Equal(["classifier.0.w", "classifier.1.w", "classifier.2.w", "model.layers.0.w"], planned.Merge.Run.Tensors.Select(t => t.Output.Name));
    }

    [Fact]
    public void Layers_of_the_result_know_where_they_come_from()
    {
        ToyModel.Write(scratch, "a", OneStack, ("model.layers.0.w", 1), ("model.layers.1.w", 2), ("model.norm.w", 3));
        ToyModel.Write(scratch, "b", OneStack, ("model.layers.0.w", 4), ("model.layers.1.w", 5), ("model.norm.w", 6));
        using var planned = Planned("merge_method: passthrough\nslices: [{sources: [{model: a, layer_range: [0, 2]}]}, {sources: [{model: b, layer_range: [1, 2]}]}]\n");
        var module = Assert.Single(planned.Merge.Modules);
        Assert.Equal(["a 0", "a 1", "b 1"], module.Layers.Select(l => $"{l.Model} {l.Layer}"));
        Assert.False(module.IsWhole);
        Assert.Equal("num_hidden_layers", module.ConfigKey);
        var norm = planned.Merge.Run.Tensors.Single(t => t.Output.Name == "model.norm.w");
        Assert.Equal(1, norm.Inputs.Single().Model);
    }

    [Fact]
    public void A_missing_layer_is_refused_where_the_config_counts_it()
    {
        ToyModel.Write(scratch, "m", """{"num_hidden_layers": 3}""", ("model.layers.0.w", 1), ("model.layers.2.w", 1), ("classifier.0.w", 1));
        var problem = Assert.Throws<ProblemException>(() => Planned("merge_method: passthrough\nmodels: [{model: m}]\n")).Problem;
        Assert.Equal("'m' lacks layer 1 of model.layers", problem.What);
        Assert.Equal(2, problem.Where!.Line);
    }

    [Fact]
    public void A_model_without_layers_is_refused()
    {
        ToyModel.Write(scratch, "m", OneStack, ("model.layers.0.w", 1), ("model.layers.1.w", 1), ("model.norm.w", 1));
        var problem = Assert.Throws<ProblemException>(() => Planned("merge_method: passthrough\nslices: [{sources: [{model: m, layer_range: [1, 1]}]}]\n")).Problem;
        Assert.Equal("the slices have no layers", problem.What);
        Assert.Equal(2, problem.Where!.Line);
    }

    [Fact]
    public void The_task_of_a_model_that_is_not_merged_is_refused_before_anything_is_read()
    {
        ToyModel.Write(scratch, "a", OneStack, ("model.layers.0.w", 1), ("model.layers.1.w", 1));
        ToyModel.Write(scratch, "b", OneStack, ("model.layers.0.w", 2), ("model.layers.1.w", 1));
        var problem = Assert.Throws<ProblemException>(() => Planned("merge_method: cart\nmodels: [{model: a}, {model: b}]\nparameters: {task: 3}\n")).Problem;
        Assert.Equal(("there is no task 3", "give a number from 1 to 2"), (problem.What, problem.Remedy));
        Assert.Equal(1, problem.Where!.Line);
    }

    [Fact]
    public void An_adapter_on_the_base_brings_its_exact_change()
    {
        var recipe = Recipe("ties", "");
        using var planned = new Opened(recipe, RecipeGoldens.Resolve);
        var tensors = planned.Merge.Run.Tensors;
        Assert.Contains(tensors, t => t.Models[0].Delta is not null);
        foreach (var tensor in tensors)
        {
            var model = tensor.Models[0];
            Assert.Equal(model.Delta is null, model.Unchanged);
            Assert.Equal(model.Delta is null, model.LowRank is null);
            if (model.Delta is null) continue;
            var (delta, adapted, before) = (Values(model.Delta), Values(model.Reader), Values(tensor.Base!.Reader));
            Assert.All(Enumerable.Range(0, delta.Length), e => Assert.Equal(before[e] + delta[e], adapted[e]));
        }
    }

    [Fact]
    public void In_the_references_mode_an_adapter_is_a_model_like_any_other()
    {
        using var planned = new Opened(Recipe("ties", "compat: mergekit\n"), RecipeGoldens.Resolve);
        Assert.All(planned.Merge.Run.Tensors, t => Assert.Null(t.Models[0].Delta));
    }

    [Fact]
    public void Tensors_that_only_one_model_has_are_listed_both_ways()
    {
        ToyModel.Write(scratch, "a", OneStack, ("model.layers.0.w", 1), ("model.layers.1.w", 2), ("x", 3));
        ToyModel.Write(scratch, "b", OneStack, ("model.layers.0.w", 4), ("model.layers.1.w", 5), ("y", 6));
        var problem = Assert.Throws<ProblemException>(() => { Planned(Two); }).Problem;
        Assert.Equal("'b' lacks x; 'a' lacks y", problem.Why);
    }

    [Fact]
    public void A_constant_that_one_model_does_not_store_is_left_out_with_a_note()
    {
        ToyModel.Write(scratch, "a", OneStack, ("model.layers.0.rotary_emb.inv_freq", 1), ("model.layers.0.w", 1), ("model.layers.1.w", 2));
        ToyModel.Write(scratch, "b", OneStack, ("model.layers.0.w", 4), ("model.layers.1.w", 5));
        using var planned = Planned(Two);
        Assert.Equal(["model.layers.0.w", "model.layers.1.w"], planned.Merge.Run.Tensors.Select(t => t.Output.Name));
        Assert.Contains("inv_freq is left out", Assert.Single(planned.Merge.Run.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_of_some_layers_only_is_merged_from_those_that_have_it()
    {
        foreach (var name in new[] { "a", "b" }) ToyModel.Write(scratch, name, OneStack, ("model.layers.0.w", 1), ("model.layers.1.w", 2), ("model.layers.0.bias_table", 3));
        using var planned = Planned("merge_method: linear\nparameters: {weight: 1}\nslices: [{sources: [{model: a, layer_range: [0, 1]}, {model: b, layer_range: [1, 2]}]}]\n");
        var table = planned.Merge.Run.Tensors.Single(t => t.Output.Name == "model.layers.0.bias_table");
        Assert.Equal(0, Assert.Single(table.Inputs).Model);
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public void Whole_numbers_are_copied_where_all_models_agree(long other, bool same)
    {
        foreach (var (name, value) in new[] { ("a", 7L), ("b", other) })
            ToyModel.Write(scratch, name, OneStack, (new TensorSpec("steps", DType.I64, [1]), BitConverter.GetBytes(value)), (new TensorSpec("model.layers.0.w", DType.F32, [2]), ToyModel.Bytes(1)));
        using var planned = Planned(Two);
        Assert.Equal(DType.I64, planned.Merge.Run.Tensors[1].Output.DType);
        if (same) ConstantChecks.Refuse(planned.Merge.Run);
        else Assert.Contains("steps differs", Assert.Throws<ProblemException>(() => ConstantChecks.Refuse(planned.Merge.Run)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_filter_that_fits_nothing_is_noted()
    {
        ToyModel.Write(scratch, "a", OneStack, ("model.layers.0.w", 1), ("model.layers.1.w", 2));
        using var planned = Planned("merge_method: passthrough\nmodels: [{model: a, parameters: {scale: [{filter: slef_attn, value: 2}]}}]\n");
        Assert.Contains("no tensor's name contains 'slef_attn'", Assert.Single(planned.Merge.Run.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_between_flags_is_refused_where_it_is_neither()
    {
        foreach (var name in new[] { "a", "b" }) ToyModel.Write(scratch, name, """{"num_hidden_layers": 3}""", ("l.0.w", 1), ("l.1.w", 1), ("l.2.w", 1));
        var problem = Assert.Throws<ProblemException>(() => { Planned("merge_method: linear\nmodels: [{model: a, parameters: {weight: 1}}, {model: b, parameters: {weight: 1}}]\nparameters: {normalize: [true, false]}\n"); }).Problem;
        Assert.Contains("0.5", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Adapters_of_one_model_have_it_for_a_base_said_or_not()
    {
        var recipe = RecipeReader.Read("merge_method: task_arithmetic\nmodels: [{model: m+x, parameters: {weight: 1}}, {model: m+y, parameters: {weight: 1}}]\n", "r.yml");
        Assert.Equal("m", recipe.BaseModel!.ToString());
    }

    const string Two = "merge_method: linear\nmodels: [{model: a, parameters: {weight: 1}}, {model: b, parameters: {weight: 1}}]\n";

    static Recipe Recipe(string method, string lines) =>
        RecipeReader.Read($"{lines}merge_method: {method}\nbase_model: models/llama-base\nmodels: [{{model: models/llama-base+adapters/lora-b, parameters: {{weight: 1}}}}]\n", "r.yml");

    Opened Planned(string text) => new(RecipeReader.Read(text, "r.yml"), scratchPath => scratch.File(scratchPath));

    static float[] Values(TensorReader reader)
    {
        var values = new float[reader.Tensor.Count];
        reader.Read(0, values);
        return values;
    }

    sealed class Opened : IDisposable
    {
        readonly OpenedModels models;

        public Opened(Recipe recipe, Func<string, string> resolve)
        {
            models = OpenedModels.Open(recipe, resolve);
            Merge = RecipePlanner.Plan(recipe, models, new PlanOptions());
        }

        public PlannedMerge Merge { get; }

        public void Dispose() => models.Dispose();
    }
}
