using MergeLab.Merging.Engine;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Planning;

/// <summary>A layer of a model: where a layer of the result comes from, as far as its config is concerned (the first source of its slice).</summary>
public readonly record struct LayerOrigin(ModelReference Model, int Layer);

/// <summary>A stack of layers of the result.</summary>
/// <param name="Name">Of the module: <c>default</c> where the model has one stack.</param>
/// <param name="Prefix">What stands before the layer's number in tensor names: <c>model.layers</c>; empty for a module without layers.</param>
/// <param name="ConfigKey">The key of the donor's config that holds the number of layers, dotted where it is nested; null where none does.</param>
/// <param name="Layers">Origin of each layer of the result; lists by layer in the config (such as <c>layer_types</c>) follow it.</param>
/// <param name="IsWhole">Layers are those of the donor, none left out or moved: the config stays as it is.</param>
public sealed record PlannedModule(string Name, string Prefix, string? ConfigKey, IReadOnlyList<LayerOrigin> Layers, bool IsWhole);

/// <summary>A merge ready to be run, planned from headers alone.</summary>
/// <param name="Recipe">What was planned.</param>
/// <param name="Run">For the engine; its tensors are in ordinal order of their names, in which shards are filled.</param>
/// <param name="Modules">The stacks of layers of the result.</param>
/// <param name="BytesToRead">Tensor data of all inputs, each once; adapters counted by their base's tensors.</param>
/// <param name="BytesToWrite">Tensor data of the result.</param>
public sealed record PlannedMerge(Recipe Recipe, MergeRun Run, IReadOnlyList<PlannedModule> Modules, long BytesToRead, long BytesToWrite)
{
    /// <summary>The model that gives config, tokenizer and other files.</summary>
    public ModelReference Donor => Recipe.Donor;
}
