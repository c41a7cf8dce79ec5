namespace MergeLab.Data.Tokenizers.Models;

/// <summary>A token of a piece: its id, its text, and the UTF-16 range [Start, End) of the piece it stands for.</summary>
readonly record struct ModelToken(int Id, string Text, int Start, int End);

/// <summary>Turns pieces of text into tokens of a fixed vocabulary. Immutable after loading, so that threads share it.</summary>
interface ITokenModel
{
    /// <summary>Number of entries.</summary>
    int Count { get; }

    /// <summary>One past the highest id.</summary>
    int IdLimit { get; }

    int? TokenToId(ReadOnlySpan<char> token);

    string? IdToToken(int id);

    /// <param name="piece">Not empty.</param>
    /// <param name="output">The tokens are appended here.</param>
    void Tokenize(ReadOnlySpan<char> piece, List<ModelToken> output);
}
