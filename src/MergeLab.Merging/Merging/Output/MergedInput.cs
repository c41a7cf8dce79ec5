using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Output;

/// <summary>A model that went into a merge.</summary>
/// <param name="Reference">As the recipe names it.</param>
/// <param name="Source">Opened.</param>
/// <param name="IsBase">Whether it is the recipe's base.</param>
public sealed record MergedInput(ModelReference Reference, WeightSource Source, bool IsBase)
{
    /// <summary>The model's folder, where its config and tokenizer lie; null for a lone file.</summary>
    public string? Folder => Weights?.Folder;

    /// <summary>What a vocabulary is planned from.</summary>
    public VocabularyModel Vocabulary => VocabularyModel.Of(Reference, Folder, Source.Config);

    /// <summary>The weight files that were read: their names by the recipe, and their paths.</summary>
    internal IEnumerable<(string Name, string Path)> Files
    {
        get
        {
            foreach (var file in Weights?.Files ?? []) yield return (Under(Reference.Model, file.Path), file.Path);
            if (Source is not AdaptedModel adapted) yield break;
            foreach (var binding in adapted.Bindings) yield return (Under(Reference.Adapter ?? Reference.Model, binding.Adapter.Weights.Path), binding.Adapter.Weights.Path);
        }
    }

    internal string CardName => Reference.Adapter is null ? Reference.Model : $"{Reference.Model} + {Reference.Adapter}";

    Checkpoint? Weights => (Source is AdaptedModel adapted ? adapted.Base : Source) as Checkpoint;

    static string Under(string model, string path) => Path.GetFileName(path) is var file && model.EndsWith(file, StringComparison.Ordinal) ? model : $"{model.TrimEnd('/')}/{file}";
}
