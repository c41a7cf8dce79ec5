using MergeLab.Core.Errors;
using MergeLab.Core.Json;

namespace MergeLab.Data.Tokenizers.Models;

/// <summary>Whole pieces are looked up; one that is not in the vocabulary becomes the unknown token, which then is the token's text as well.</summary>
sealed class WordLevel(Vocabulary vocabulary, string unknown) : ITokenModel
{
    readonly int unknownId = vocabulary.TryGetId(unknown, out var id) ? id : -1;

    public int Count => vocabulary.Count;

    public int IdLimit => vocabulary.IdLimit;

    public int? TokenToId(ReadOnlySpan<char> token) => vocabulary.TryGetId(token, out var id) ? id : null;

    public string? IdToToken(int id) => vocabulary.Token(id);

    public void Tokenize(ReadOnlySpan<char> piece, List<ModelToken> output)
    {
        if (vocabulary.TryGetId(piece, out var id)) output.Add(new ModelToken(id, vocabulary.Token(id)!, 0, piece.Length));
        else if (unknownId >= 0) output.Add(new ModelToken(unknownId, unknown, 0, piece.Length));
        else
            throw new ProblemException($"the word '{Shortened(piece)}' is not in the vocabulary", why: $"the vocabulary has no unknown token '{unknown}' either",
                remedy: "give the tokenizer's model an \"unk_token\" that its vocabulary holds");
    }

    public static WordLevel Read(JsonCursor at) => new(Vocabulary.Read(at.Get("vocab")), at.Find("unk_token")?.AsString() ?? "<unk>");

    static string Shortened(ReadOnlySpan<char> piece) => piece.Length <= 60 ? piece.ToString() : $"{piece[..60]}…";
}
