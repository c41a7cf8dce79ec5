using MergeLab.Checkpoints;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Tests.Recipes;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Tests.Planning;

/// <summary>Names, types, shapes and order of what a recipe writes, against what the reference wrote.</summary>
public class PlannedStructureTests
{
    /// <summary>Need the results of earlier stages, which planning alone does not make.</summary>
    static readonly string[] Staged = ["multi", "multi-order"];

    /// <summary>The reference crops the larger vocabulary on request; here a tokenizer section says what becomes of the tokens.</summary>
    const string Cropped = "vocab-truncate";

    /// <summary>The reference loses all layers of this model; here they are merged.</summary>
    const string Lost = "vit-inferred";

    /// <summary>Float32 from 16-bit inputs only in the reference's mode.</summary>
    static readonly string[] Widened = ["example-arcee-fusion", "ramplus-tl-bf16"];

    public static TheoryData<string> Cases() => [.. RecipeGoldens.Good.Except(Staged).Except([Cropped])];

    [Fact]
    public void Every_recorded_recipe_is_there() => Assert.Equal(119, RecipeGoldens.Good.Count + RecipeGoldens.OtherTools.Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_recipe_plans_the_tensors_that_the_reference_writes(string name)
    {
        var compat = Widened.Contains(name) ? "compat: mergekit\n" : "";
        var recipe = MergeLab.Merging.Recipes.RecipeReader.Read(compat + RecipeGoldens.Text(name), "recipe.yaml");
        using var models = OpenedModels.Open(recipe, RecipeGoldens.Resolve);
        var planned = RecipePlanner.Plan(recipe, models, new PlanOptions { Alignment = VocabularyPlan.Of(recipe, models) }).Run.Tensors.Select(t => t.Output).ToList();
        var recorded = RecipeGoldens.Tensors(name);
        if (name == Lost)
        {
            Assert.Equal(models.All[0].Weights.Tensors.Count, planned.Count);
            planned = [.. planned.Where(p => recorded.Any(r => r.Name == p.Name))];
        }
        Assert.Equal(recorded.Select(r => r.Name).Order(StringComparer.Ordinal), planned.Select(p => p.Name));
        foreach (var (expected, tensor) in recorded.OrderBy(r => r.Name, StringComparer.Ordinal).Zip(planned))
            Assert.Equal((expected.Name, expected.DType, string.Join(',', expected.Shape)), (tensor.Name, tensor.DType.Name(), string.Join(',', tensor.Shape)));
    }
}
