using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Output;

/// <summary>What goes into the folder of a merged model beside its weights.</summary>
public sealed record MergedContents
{
    /// <summary>All tensors to be written, in any order.</summary>
    public required IReadOnlyList<TensorSpec> Tensors { get; init; }

    public required Method Method { get; init; }

    /// <summary>The recipe's text, verbatim.</summary>
    public required string Recipe { get; init; }

    /// <summary>Every model once, in order of mention, the base first. Config, tokenizer and other files are the first one's.</summary>
    public required IReadOnlyList<MergedInput> Inputs { get; init; }

    /// <summary>The recipe's type of the written weights; null where it names none.</summary>
    public DType? DType { get; init; }

    /// <summary>The recipe's <c>override_architecture</c> of the first model, or null.</summary>
    public string? Architecture { get; init; }

    /// <summary>As <see cref="ConfigChanges.Layers"/>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<LayerOrigin>> Layers { get; init; } = new Dictionary<string, IReadOnlyList<LayerOrigin>>();

    /// <summary>The vocabulary the recipe asks for; null keeps the first model's.</summary>
    public VocabularyPlan? Vocabulary { get; init; }

    /// <summary>The recipe's <c>chat_template</c>, or null.</summary>
    public string? ChatTemplate { get; init; }

    public Place? ChatTemplatePlace { get; init; }

    /// <summary>The published behaviour asked for, as in the recipe.</summary>
    public string? Compat { get; init; }

    /// <summary>Further files by name, such as the record of the merge.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();
}

/// <summary>Where and how a merged model is written.</summary>
public sealed record MergedFolderOptions
{
    /// <summary>Replace a model folder of that name.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Most bytes of tensor data in one file; null for a single file.</summary>
    public long? ShardSize { get; init; }

    /// <summary>Workers for digests.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Write the tokenizer's files.</summary>
    public bool Tokenizer { get; init; } = true;

    /// <summary>Write the model card and the recipe.</summary>
    public bool Card { get; init; } = true;

    /// <summary>Digest all weight files read and written, for the card; each is read once for it.</summary>
    public bool Digests { get; init; } = true;
}
