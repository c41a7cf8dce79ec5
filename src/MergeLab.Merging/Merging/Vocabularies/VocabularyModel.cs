using MergeLab.Checkpoints;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Vocabularies;

/// <summary>A model whose vocabulary matters to a merge.</summary>
/// <param name="Reference">As the recipe names it.</param>
/// <param name="Folder">Where its tokenizer lies (of a model with an adapter: the model's); null for none.</param>
/// <param name="VocabSize">Of its config; null where the config does not say.</param>
public sealed record VocabularyModel(ModelReference Reference, string? Folder, int? VocabSize)
{
    /// <param name="reference">As the recipe names it.</param>
    /// <param name="folder">The model's folder.</param>
    /// <param name="config">The model's config, if it has one.</param>
    public static VocabularyModel Of(ModelReference reference, string? folder, ModelConfig? config)
    {
        var holder = config is null || config.Has("vocab_size") ? config : config.GetSection("text_config");
        return new VocabularyModel(reference, folder, holder is not null && holder.Has("vocab_size") ? holder.GetInt("vocab_size", 1, int.MaxValue) : null);
    }

    /// <summary>A model of which only the tokenizer is used.</summary>
    public static VocabularyModel OfFolder(ModelReference reference, string folder)
    {
        var config = Path.Combine(folder, Checkpoint.ConfigFile);
        return Of(reference, folder, File.Exists(config) ? ModelConfig.Read(config) : null);
    }
}
