using MergeLab.Core.Errors;

namespace MergeLab.Merging.Recipes;

/// <summary>Where the result's vocabulary comes from.</summary>
public enum VocabularySource
{
    /// <summary>The base's tokens, then those of the other models.</summary>
    Union,

    /// <summary>The base model's tokenizer; without a base the first model's.</summary>
    Base,

    /// <summary>The tokenizer of the model named.</summary>
    Model,
}

/// <summary>A recipe's wish for the tokenizer of the result: <c>tokenizer_source</c>, or <c>tokenizer</c>.</summary>
/// <param name="Source">Where the vocabulary comes from.</param>
/// <param name="Model">The model, with <see cref="VocabularySource.Model"/>.</param>
/// <param name="Tokens">Tokens treated on their own, in file order; those that the vocabulary lacks are added.</param>
/// <param name="PadToMultipleOf">Rows are added up to a multiple of this, ≥ 1; null adds none.</param>
/// <param name="Place">Of the section.</param>
public sealed record TokenizerRequest(VocabularySource Source, ModelReference? Model, IReadOnlyList<TokenRequest> Tokens, int? PadToMultipleOf, Place Place);

/// <summary>How one token of the result comes by its row.</summary>
/// <param name="Token">Its text.</param>
/// <param name="Source">What a model that lacks it takes; null leaves the general rule.</param>
/// <param name="Force">Models that have the token take the source's row too.</param>
/// <param name="Place">Of the entry.</param>
public sealed record TokenRequest(string Token, TokenRow? Source, bool Force, Place Place);

/// <summary>A row of an embedding.</summary>
public abstract record TokenRow
{
    /// <summary>All zeros.</summary>
    public sealed record Zero : TokenRow;

    /// <summary>The row of the same token in a model of the recipe.</summary>
    public sealed record OfModel(ModelReference Model) : TokenRow;

    /// <summary>The row of another token in a model of the recipe: by text, or by number; exactly one of both is given.</summary>
    public sealed record OfToken(ModelReference Model, string? Token, int? TokenId) : TokenRow;
}

/// <summary>What a recipe's <c>chat_template</c> asks for.</summary>
public enum ChatTemplateKind
{
    /// <summary>The template most of the models have.</summary>
    Auto,

    /// <summary>A known template, by name.</summary>
    Named,

    /// <summary>The text of a template.</summary>
    Literal,
}

/// <summary>A recipe's wish for the chat template of the result.</summary>
/// <param name="Kind">Which of the three forms.</param>
/// <param name="Text">The name or the template; "auto".</param>
/// <param name="Place">Of the value.</param>
public sealed record ChatTemplateRequest(ChatTemplateKind Kind, string Text, Place Place)
{
    /// <summary>Names that recipes may use.</summary>
    public static IReadOnlyList<string> Names { get; } = ["alpaca", "chatml", "exaone", "llama3", "mistral"];
}
