using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Tests.Recipes;

public class RecipeReaderTests
{
    const string Valid = """
        merge_method: geometric_median
        base_model: models/base
        models:
          - model: models/base+adapters/topic
          - model: models/base+adapters/title
            parameters: { weight: 2.5 }
        parameters: { granularity: module, lora_scale: none }
        output: adapter
        dtype: bfloat16
        """;

    [Fact]
    public void A_recipe_is_read_as_written()
    {
        var recipe = RecipeReader.Read(Valid, "r.yml");
        Assert.Same(MethodTable.GeometricMedian, recipe.Method);
        Assert.Equal(["models/base+adapters/topic", "models/base+adapters/title"], recipe.Models.Select(m => m.Reference.ToString()));
        Assert.Equal([1, 2.5], recipe.Models.Select(m => m.Weight));
        Assert.Equal("models/base", recipe.BaseModel!.Model);
        Assert.Equal((Granularity.Module, false, OutputForm.Adapter, DType.BF16), (recipe.Granularity, recipe.PeftScale, recipe.Output, recipe.DType));
        Assert.Null(recipe.Paper);
    }

    [Fact]
    public void A_parameter_beside_the_one_that_replaces_it_is_refused()
    {
        var problem = Assert.Throws<ProblemException>(() => RecipeReader.Read("merge_method: cart\nmodels: [{model: a}, {model: b}]\nparameters: {rank_fraction: 0.5, energy: 0.4}\n", "r.yml")).Problem;
        Assert.Equal(("'rank_fraction' beside 'energy'", 3), (problem.What, problem.Where!.Line));
    }

    [Fact]
    public void Defaults_are_each_matrix_alone_with_the_scale_of_peft()
    {
        var recipe = RecipeReader.Read("merge_method: geometric_median\nmodels: [{model: b+a}]\n", "r.yml");
        Assert.Equal((Granularity.Matrix, true, OutputForm.Dense), (recipe.Granularity, recipe.PeftScale, recipe.Output));
        Assert.Null(recipe.DType);
    }

    [Fact]
    public void The_papers_mode_leaves_the_scale_out_and_takes_its_limits()
    {
        var recipe = RecipeReader.Read("merge_method: geometric_median\nmodels: [{model: b+a}]\ncompat: paper\nparameters: {epsilon: 1e-6, max_iterations: 50}\n", "r.yml");
        Assert.False(recipe.PeftScale);
        Assert.Equal((1e-6, 50), (recipe.Paper!.Epsilon, recipe.Paper.MaxIterations));
    }

    [Fact]
    public void Paths_with_a_plus_sign_can_be_written_as_a_mapping()
    {
        var recipe = RecipeReader.Read("merge_method: average\nmodels: [{model: {model: {path: a+b}, lora: {path: c@d}}}]\n", "r.yml");
        Assert.Equal(("a+b", "c@d"), (recipe.Models[0].Reference.Model, recipe.Models[0].Reference.Adapter));
    }

    [Theory]
    [InlineData("merge_metod: average\n", null, "merge_method")]
    [InlineData("output: dense\n", 10, "duplicate")]
    [InlineData("densty: 1\n", 10, "known")]
    [InlineData("slices: [{sources: []}]\n", 10, "keep one of them")]
    [InlineData("chat_template: chatlm\n", 10, "did you mean 'chatml'?")]
    public void A_mistake_is_named_with_its_line(string line, int? at, string hint)
    {
        var text = at == 10 ? Valid + "\n" + line : line + Valid[Valid.IndexOf("base_model", StringComparison.Ordinal)..];
        var problem = Assert.Throws<ProblemException>(() => RecipeReader.Read(text, "r.yml")).Problem;
        Assert.Equal(ExitCode.BadInput, problem.Exit);
        if (at is not null) Assert.NotNull(problem.Where!.Line);
        Assert.Contains(hint, problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models: []", "empty")]
    [InlineData("models: [{model: b+a}, {model: b+a}]", "listed twice")]
    [InlineData("models: [{model: b+a+c}]", "more than one adapter")]
    [InlineData("models: [{model: b@main+a}]", "revision")]
    [InlineData("models: [{model: '+a'}]", "empty path")]
    [InlineData("models: {model: b+a}", "must be a list")]
    [InlineData("models: [{model: b+a, weight: 1}]", "unknown key 'weight'")]
    [InlineData("models: [{model: b+a, parameters: {weight: -1}}]", "must be a number from 0 to 1E+100, not '-1'")]
    [InlineData("models: [{model: b+a, parameters: {weight: 0}}]", "weight 0")]
    [InlineData("models: [{model: b+a, parameters: {weight: heavy}}]", "must be a number")]
    [InlineData("models: [{model: b+a, parameters: {granularity: model}}]", "not supported here")]
    [InlineData("models: [{model: b+a}]\nparameters: {epsilon: 1e-3}", "no use here")]
    [InlineData("models: [{model: b+a}]\nparameters: {granularity: layer}", "unknown value 'layer'")]
    [InlineData("models: [{model: b+a}]\noutput: sparse", "known: adapter, dense")]
    [InlineData("models: [{model: b+a}]\nparameters: {granularty: model}", "did you mean 'granularity'?")]
    [InlineData("models: [{model: b+a}]\ncompat: mergekit", "does not apply")]
    [InlineData("models: [{model: b+a}]\ndtype: float23", "unknown dtype")]
    [InlineData("models: [{model: b+a}]\ndtype: int64", "unknown dtype")]
    [InlineData("base_model: b", "without 'models'")]
    public void What_makes_no_sense_is_refused_before_any_model_is_opened(string rest, string what)
    {
        var problem = Assert.Throws<ProblemException>(() => RecipeReader.Read("merge_method: geometric_median\n" + rest + "\n", "r.yml")).Problem;
        Assert.Equal(ExitCode.BadInput, problem.Exit);
        Assert.NotNull(problem.Where!.Line);
        Assert.Contains(what, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Average_has_no_weights() =>
        Assert.Contains("unknown key 'weight'", Assert.Throws<ProblemException>(() =>
            RecipeReader.Read("merge_method: average\nmodels: [{model: b+a, parameters: {weight: 1}}]\n", "r.yml")).Message, StringComparison.Ordinal);
}
