using MergeLab.Core.Json;
using MergeLab.Data.Tokenizers.Models;
using MergeLab.Data.Tokenizers.Normalizers;
using MergeLab.Data.Tokenizers.PreTokenizers;
using MergeLab.Data.Tokenizers.Text;

namespace MergeLab.Data.Tokenizers;

/// <summary>
/// The added tokens. Those that are not normalised are cut out of the raw text first; each stretch between is normalised,
/// and the others are searched there in their own normalised form (which is also what they decode to).
/// </summary>
sealed class AddedVocabulary
{
    /// <summary>Characters of all added tokens together: each may cost a node of a trie.</summary>
    const int MaximumCharacters = 10_000_000;

    readonly Dictionary<int, AddedToken> byId = [];
    readonly Dictionary<int, string> decoded = [];
    readonly Dictionary<string, int> byContent = [];
    readonly HashSet<string> special = [];
    readonly INormalizer? normalizer;
    readonly TokenTrie raw, normalized;

    public AddedVocabulary(IEnumerable<JsonCursor> entries, ITokenModel model, INormalizer? normalizer)
    {
        this.normalizer = normalizer;
        var (rawTokens, normalizedTokens) = (new List<(string, int)>(), new List<(string, int)>());
        var characters = 0;
        foreach (var entry in entries)
        {
            var token = AddedToken.Read(entry);
            if (token.Content.Length == 0) continue; // can match nothing; the reference ignores it as well
            Check(token, model, entry);
            if (!byId.TryAdd(token.Id, token)) continue;
            byContent[token.Content] = token.Id;
            if (token.Special) special.Add(token.Content);
            var form = token.Normalized && normalizer is not null ? normalizer.Normalize(new NormalizedText(token.Content)).Text : token.Content;
            if (form.Length == 0)
                throw entry.Problem($"the added token '{token.Content}' is empty once it is normalised", remedy: "give it \"normalized\": false");
            if ((characters += form.Length) > MaximumCharacters) throw entry.Problem($"the added tokens have more than {MaximumCharacters:N0} characters");
            decoded[token.Id] = form;
            (token.Normalized ? normalizedTokens : rawTokens).Add((form, token.Id));
        }
        (raw, normalized) = (new TokenTrie(rawTokens), new TokenTrie(normalizedTokens));
    }

    public IEnumerable<int> Ids => byId.Keys;

    public bool IsSpecial(string token) => special.Contains(token);

    public int? TokenToId(string token) => byContent.TryGetValue(token, out var id) ? id : null;

    /// <summary>The token as it decodes: in its normalised form where it is matched in that.</summary>
    public string? IdToToken(int id) => decoded.GetValueOrDefault(id);

    /// <summary>Pieces of the normalised text: added tokens, and the stretches between them.</summary>
    public List<Piece> Extract(NormalizedText text)
    {
        var pieces = new List<Piece>();
        Cut(text, raw, pieces);
        if (normalizer is null && normalized.IsEmpty) return pieces;
        var result = new List<Piece>(pieces.Count);
        foreach (var piece in pieces)
        {
            if (piece.AddedId != Piece.NotAdded)
            {
                result.Add(piece);
                continue;
            }
            var stretch = piece.Source.Slice(piece.Start, piece.End);
            Cut(normalizer?.Normalize(stretch) ?? stretch, normalized, result);
        }
        return result;
    }

    void Cut(NormalizedText source, TokenTrie trie, List<Piece> pieces)
    {
        var text = source.Text;
        var done = 0;
        for (var from = 0; trie.TryFind(text, from, out var start, out var length, out var id);)
        {
            var end = from = start + length;
            var token = byId[id];
            if (token.SingleWord && !StandsAlone(text, start, end)) continue;
            if (token.LeftStrip)
                while (start > done && CodePoint.IsSpace(text[start - 1])) start--;
            if (token.RightStrip)
                while (end < text.Length && CodePoint.IsSpace(text[end])) end++;
            if (done < start) pieces.Add(new Piece(source, done, start));
            pieces.Add(new Piece(source, start, end, id));
            done = end;
        }
        if (done < text.Length) pieces.Add(new Piece(source, done, text.Length));
    }

    static bool StandsAlone(string text, int start, int end) =>
        (start == 0 || !CodePoint.IsWord(CodePoint.Before(text, start, out _))) && (end == text.Length || !CodePoint.IsWord(CodePoint.At(text, end, out _)));

    void Check(AddedToken token, ITokenModel model, JsonCursor entry)
    {
        if (model.IdToToken(token.Id) is { } other && other != token.Content)
            throw entry.Get("id").Problem($"the added token '{token.Content}' has the id {token.Id} of the vocabulary's '{other}'");
        if (model.TokenToId(token.Content) is { } id && id != token.Id)
            throw entry.Get("id").Problem($"the added token '{token.Content}' has the id {token.Id}, the vocabulary gives it {id}");
        if (byId.TryGetValue(token.Id, out var before) && before.Content != token.Content)
            throw entry.Get("id").Problem($"the added tokens '{before.Content}' and '{token.Content}' have the same id {token.Id}");
        if (byContent.TryGetValue(token.Content, out var first) && first != token.Id)
            throw entry.Get("id").Problem($"the added token '{token.Content}' stands there twice, with the ids {first} and {token.Id}");
    }
}
