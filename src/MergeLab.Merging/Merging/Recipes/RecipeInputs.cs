using MergeLab.Core.Errors;

namespace MergeLab.Merging.Recipes;

/// <summary>A whole model of a recipe, with what is set for it alone.</summary>
public sealed record RecipeModel(ModelReference Reference, ParameterSettings Parameters)
{
    /// <summary>Its weight where one is set for the whole model, else 1.</summary>
    public double Weight => Parameters.Number("weight") ?? 1;
}

/// <summary>Layers [<paramref name="Start"/>, <paramref name="End"/>) of a model; none where both are equal.</summary>
public readonly record struct LayerRange(int Start, int End)
{
    public int Count => End - Start;

    public override string ToString() => $"[{Start}, {End}]";
}

/// <summary>A stretch of one model's layers that goes into a slice.</summary>
public sealed record SliceSource(ModelReference Reference, LayerRange Layers, ParameterSettings Parameters, Place Place);

/// <summary>Consecutive layers of the result, merged from as many layers of each source.</summary>
/// <param name="Sources">At least one; no model twice; ranges of one length.</param>
/// <param name="BaseModel">The slice's own base, in place of the recipe's.</param>
/// <param name="Parameters">For all its sources.</param>
/// <param name="Place">Of the slice.</param>
public sealed record RecipeSlice(IReadOnlyList<SliceSource> Sources, ModelReference? BaseModel, ParameterSettings Parameters, Place Place);

/// <summary>One stack of layers of a model that has several, such as T5's encoder; exactly one of models and slices is not empty.</summary>
public sealed record RecipeModule(string Name, IReadOnlyList<RecipeModel> Models, IReadOnlyList<RecipeSlice> Slices, ParameterSettings Parameters, Place Place);
