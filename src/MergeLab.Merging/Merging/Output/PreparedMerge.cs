using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Output;

/// <summary>
/// A recipe with its models open, planned from headers: what it would take, and the merge itself. LoRA adapters whose merge is a weighted sum, or
/// is found in their factors, are merged there and never become dense; everything else streams through the engine.
/// </summary>
public abstract class PreparedMerge : IDisposable
{
    private protected PreparedMerge(Recipe recipe, OpenedModels models) => (Recipe, Models) = (recipe, models);

    public Recipe Recipe { get; }

    /// <summary>What it will read, write and hold.</summary>
    public abstract MergePlan Plan { get; }

    /// <summary>What the inputs say that a user should know.</summary>
    public IReadOnlyList<string> Warnings => Models.Warnings;

    private protected OpenedModels Models { get; }

    /// <param name="recipe">What to do.</param>
    /// <param name="text">The recipe as written, which goes with the result.</param>
    /// <param name="resolve">From a path in the recipe to one that can be opened.</param>
    /// <param name="options">Seed, masks, threads.</param>
    /// <exception cref="ProblemException">A model is missing or damaged; models do not go together; the result cannot be what the recipe asks for.</exception>
    public static PreparedMerge Open(Recipe recipe, string text, Func<string, string> resolve, PlanOptions options)
    {
        var models = OpenedModels.Open(recipe, resolve);
        try
        {
            if (recipe.Output == OutputForm.Adapter && (recipe.Tokenizer is not null || recipe.ChatTemplate is not null))
                throw new ProblemException("an adapter has no tokenizer", recipe.Place, remedy: "write output: dense, or remove tokenizer and chat_template");
            if (recipe.Output == OutputForm.Adapter && recipe.Models.Count > 0 && recipe.Models.All(m => models[m.Reference].Adapter is { Adapter.Config.Kind: AdapterKind.Ia3 }))
                return new Ia3PreparedMerge(recipe, models, resolve);
            return IsInFactorSpace(recipe, models) ? new FactorSpaceMerge(recipe, text, models, options) : new DenseMerge(recipe, text, models, options);
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    /// <summary>Carries the merge out.</summary>
    /// <param name="target">Where to write.</param>
    /// <param name="written">Told the bytes of tensors as they are finished.</param>
    /// <exception cref="ProblemException">The target is in the way, or one of the inputs; the disk is too small; a weight is no number.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is left behind.</exception>
    public abstract MergeRecord Run(MergeTarget target, Action<long>? written);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Models.Dispose();

    static bool IsInFactorSpace(Recipe recipe, OpenedModels models)
    {
        var method = recipe.Method;
        if (recipe.Output == OutputForm.Adapter)
        {
            RefuseOutput(recipe);
            return true;
        }
        if (method.Dense is null) return true;
        return method is { LowRank: not null, CountsBase: false } && recipe.Compat != "mergekit" && recipe.Tokenizer is null && recipe.ChatTemplate is null
            && recipe.Models.Count > 0 && recipe.BaseModel is { Adapter: null } basis
            && recipe.Models.All(m => m.Reference.Model == basis.Model && models[m.Reference].Adapter is { Adapter.IsPlainLora: true });
    }

    static void RefuseOutput(Recipe recipe)
    {
        if (recipe.Method.LowRank is null)
            throw new ProblemException("the result is no adapter", recipe.MethodPlace, $"what {recipe.Method.Name} makes of low-rank changes is not of low rank", "write output: dense");
        if (recipe.Models.Count == 0)
            throw new ProblemException("the result is no adapter", recipe.Place, "slices and modules make models", "write output: dense, or list 'models'");
    }
}
