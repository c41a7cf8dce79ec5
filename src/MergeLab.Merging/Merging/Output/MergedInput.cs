using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Output;

/// <summary>A model that went into a merge.</summary>
/// <param name="Model">Its path, as the recipe writes it.</param>
/// <param name="Adapter">That of the adapter on it, or null.</param>
/// <param name="Source">Opened.</param>
/// <param name="IsBase">Whether it is the recipe's base.</param>
public sealed record MergedInput(string Model, string? Adapter, WeightSource Source, bool IsBase)
{
    /// <summary>In the recipe's short form.</summary>
    public string Name => Adapter is null ? Model : $"{Model}+{Adapter}";

    /// <summary>The model's folder, where its config and tokenizer lie; null for a lone file.</summary>
    public string? Folder => Weights?.Folder;

    /// <summary>What a vocabulary is planned from.</summary>
    public VocabularyModel Vocabulary => new(Name, Folder, VocabSizeOf(Source.Config));

    /// <summary>The weight files that were read: their names by the recipe, and their paths.</summary>
    internal IEnumerable<(string Name, string Path)> Files
    {
        get
        {
            foreach (var file in Weights?.Files ?? []) yield return (Under(Model, file.Path), file.Path);
            if (Source is not AdaptedModel adapted) yield break;
            foreach (var binding in adapted.Bindings) yield return (Under(Adapter ?? Model, binding.Adapter.Weights.Path), binding.Adapter.Weights.Path);
        }
    }

    internal string CardName => Adapter is null ? Model : $"{Model} + {Adapter}";

    Checkpoint? Weights => (Source is AdaptedModel adapted ? adapted.Base : Source) as Checkpoint;

    static string Under(string model, string path) => Path.GetFileName(path) is var file && model.EndsWith(file, StringComparison.Ordinal) ? model : $"{model.TrimEnd('/')}/{file}";

    static int? VocabSizeOf(ModelConfig? config)
    {
        var holder = config is null || config.Has("vocab_size") ? config : config.GetSection("text_config");
        return holder is not null && holder.Has("vocab_size") ? holder.GetInt("vocab_size", 1, int.MaxValue) : null;
    }
}
