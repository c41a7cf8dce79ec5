using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Planning;

/// <summary>One model in one slice.</summary>
/// <param name="Model">The model.</param>
/// <param name="Start">Its first layer in the slice.</param>
/// <param name="Parameters">Set for it here.</param>
/// <param name="IsBase">The base of the slice's task vectors.</param>
sealed record PlannedSource(ModelStructure Model, int Start, ParameterSettings Parameters, bool IsBase)
{
    public ModelReference Reference => Model.Reference;
}

/// <summary>A slice with its models opened.</summary>
/// <param name="Sources">At least one.</param>
/// <param name="Count">Layers, ≥ 0.</param>
/// <param name="Levels">Parameters of the slice, its module and the recipe, innermost first.</param>
sealed record PlannedSlice(IReadOnlyList<PlannedSource> Sources, int Count, IReadOnlyList<ParameterSettings> Levels)
{
    /// <summary>Position of a layer for gradients: 0 to 1 over the slice; a slice of one layer has the last knot.</summary>
    public double Position(int layer) => Count == 1 ? 1 : layer / (double)(Count - 1);
}
