using System.Text;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Tests.Recipes;

public class WrongRecipeTests
{
    /// <summary>Right here: an adapter needs no folder for a merged copy of its model.</summary>
    static readonly string[] RightHere = ["bad-lora-no-cache"];

    /// <summary>Wrong on the command line, not in the recipe.</summary>
    static readonly string[] OfTheCommandLine = ["bad-multi-no-out", "bad-shard-size", "bad-recipe-absent"];

    static IReadOnlyList<string> RefusedIds { get; } = Ids(w => w.Ours == "error" && !RightHere.Contains(w.Id));

    public static TheoryData<string> Refused() => [.. RefusedIds];

    public static TheoryData<string> Taken() => [.. Ids(w => w.Ours != "error" || RightHere.Contains(w.Id))];

    static IReadOnlyList<string> Ids(Func<WrongRecipe, bool> choose) => [.. RecipeGoldens.Wrong.Where(choose).Select(w => w.Id).Except(OfTheCommandLine)];

    [Fact]
    public void Every_recorded_mistake_is_there() => Assert.Equal(134, RecipeGoldens.Wrong.Count);

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_wrong_recipe_gets_one_clear_error_before_anything_is_merged(string id)
    {
        var problem = Assert.Throws<ProblemException>(() => Plan(id)).Problem;
        Assert.Equal(ExitCode.BadInput, problem.Exit);
        Assert.NotNull(problem.Where);
        Assert.True(problem.Why is not null || problem.Remedy is not null, problem.ToString());
    }

    [Theory]
    [MemberData(nameof(Taken))]
    public void What_only_the_reference_stumbles_over_is_taken(string id) => Plan(id);

    [Theory]
    [InlineData("bad-filter-unreachable", "never reached")]
    [InlineData("bad-density-zero-014", "density")]
    [InlineData("bad-post-sources", "lm_head.weight is merged from models/llama-a alone")]
    public void What_has_no_effect_is_noted(string id, string note) => Assert.Contains(Plan(id).Notes, n => n.Contains(note, StringComparison.Ordinal));

    [Fact]
    public void The_messages_read_as_accepted()
    {
        var text = new StringBuilder();
        foreach (var id in RefusedIds)
            text.Append(id).Append('\n').Append(Assert.Throws<ProblemException>(() => { Plan(id); }).Message.Replace(RecipeGoldens.Root + "/", "", StringComparison.Ordinal)).Append("\n\n");
        Snapshot.Match(text.ToString());
    }

    static MergeRun Plan(string id)
    {
        var wrong = RecipeGoldens.Wrong.First(w => w.Id == id);
        var recipe = RecipeFile.Read(wrong.Yaml!, "recipe.yaml").Final;
        using var models = OpenedModels.Open(recipe, RecipeGoldens.Resolve);
        return RecipePlanner.Plan(recipe, models, new PlanOptions { Alignment = VocabularyPlan.Of(recipe, models) }).Run;
    }
}
