using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Median;
using MergeLab.Merging.Methods;

namespace MergeLab.Merging.Recipes;

/// <summary>What one point of a geometric median is made of.</summary>
public enum Granularity
{
    /// <summary>One median per weight matrix (the paper's choice).</summary>
    Matrix,

    /// <summary>One per module: all matrices whose names differ in the last part only, such as q and v of one attention.</summary>
    Module,

    /// <summary>One for all matrices of the model, concatenated.</summary>
    Model,
}

/// <summary>What a merge writes.</summary>
public enum OutputForm
{
    /// <summary>A whole model.</summary>
    Dense,

    /// <summary>One LoRA adapter whose product is exactly the merged task vector.</summary>
    Adapter,
}

/// <summary>A model of a recipe, with what is set for it alone.</summary>
/// <param name="Reference">The model.</param>
/// <param name="Weight">Weight of its point, > 0 for at least one model.</param>
public sealed record RecipeModel(ModelReference Reference, double Weight);

/// <summary>A validated recipe.</summary>
/// <param name="Place">The file.</param>
/// <param name="Method">The merging method.</param>
/// <param name="Models">At least one, in file order, no two alike.</param>
/// <param name="BaseModel">The base named by the recipe, if it names one.</param>
/// <param name="Granularity">For a median.</param>
/// <param name="PeftScale">Whether adapters are scaled as PEFT scales them.</param>
/// <param name="Paper">The published iteration in place of the exact median.</param>
/// <param name="DType">Of the written tensors; null keeps each tensor's own.</param>
/// <param name="Output">What is written.</param>
public sealed record Recipe(
    Place Place, Method Method, IReadOnlyList<RecipeModel> Models, ModelReference? BaseModel,
    Granularity Granularity, bool PeftScale, PaperWeiszfeld? Paper, DType? DType, OutputForm Output);
