using MergeLab.Core.Errors;

namespace MergeLab.Merging.Vocabularies;

/// <summary>Where the vocabulary of the result comes from.</summary>
public enum VocabularySource
{
    /// <summary>The base's tokens, then those of the other models, then their added tokens.</summary>
    Union,

    /// <summary>The base's, or without one the first model's.</summary>
    Base,

    /// <summary>A named model's.</summary>
    Model,
}

/// <summary>What a recipe asks of the tokenizer (mergekit's <c>tokenizer</c> and <c>tokenizer_source</c>).</summary>
/// <param name="Place">Where it asks.</param>
/// <param name="Source">Whose vocabulary.</param>
/// <param name="Model">The model's name, for <see cref="VocabularySource.Model"/>.</param>
/// <param name="Tokens">What is said of single tokens, in the order of the recipe.</param>
/// <param name="PadToMultipleOf">Rows are added until their number is a multiple of this; at least 1.</param>
public sealed record VocabularyRequest(Place Place, VocabularySource Source, string? Model, IReadOnlyList<TokenRule> Tokens, int? PadToMultipleOf);

/// <summary>What a recipe says of one token. A token that the vocabulary lacks is added to it.</summary>
/// <param name="Token">Its text.</param>
/// <param name="Row">Its row in models that lack it.</param>
/// <param name="Force">The row is used in models that have the token, too.</param>
/// <param name="Place">Where it stands.</param>
public sealed record TokenRule(string Token, TokenRow Row, bool Force, Place Place);

/// <summary>A row of an embedding.</summary>
public abstract record TokenRow
{
    TokenRow()
    {
    }

    /// <summary>All zeros.</summary>
    public sealed record Zero : TokenRow;

    /// <summary>The row that the token itself has in a model.</summary>
    public sealed record OfModel(string Model) : TokenRow;

    /// <summary>The row of another token of a model, by its text.</summary>
    public sealed record OfToken(string Model, string Text) : TokenRow;

    /// <summary>A row of a model by its number.</summary>
    public sealed record OfId(string Model, int Id) : TokenRow;
}

/// <summary>A model whose vocabulary matters to a merge.</summary>
/// <param name="Name">As the recipe writes it.</param>
/// <param name="Folder">Where its tokenizer lies (of a model with an adapter: the model's); null for none.</param>
/// <param name="VocabSize">Of its config; null where the config does not say.</param>
public sealed record VocabularyModel(string Name, string? Folder, int? VocabSize);
