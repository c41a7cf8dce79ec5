using MergeLab.Merging.Engine;
using MergeLab.Merging.Output;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Tests.Output;

/// <summary>Runs a recipe over the recorded models as the program does: read, open, plan, merge, write.</summary>
static class RecipeRun
{
    /// <returns>The notes.</returns>
    public static IReadOnlyList<string> Write(string recipe, string target, MergedFolderOptions? options = null)
    {
        var parsed = RecipeFile.Read(recipe, "recipe.yaml").Final;
        using var models = OpenedModels.Open(parsed, path => RecipeCase.Root(path));
        var vocabulary = VocabularyPlan.Of(parsed, models);
        var plan = RecipePlanner.Plan(parsed, models, new PlanOptions { Alignment = vocabulary, Threads = 2 });
        using var folder = MergedFolder.Create(target, MergedContents.Of(plan, models, recipe, vocabulary), options ?? new MergedFolderOptions());
        MergeEngine.Run(parsed.Method.Dense!(), plan.Run, folder, null);
        return folder.Commit(plan.Run.Notes, default);
    }
}
