using System.Globalization;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Merging.Vocabularies;

/// <summary>The vocabulary of a merged model: one model's, with tokens appended to it.</summary>
public sealed class OutputVocabulary
{
    readonly Dictionary<string, int> ids;
    readonly List<string?> texts;
    readonly List<AddedToken> added;
    int next;

    public OutputVocabulary(TokenizerFile origin)
    {
        Origin = origin;
        ids = new Dictionary<string, int>(origin.Ids, StringComparer.Ordinal);
        texts = [.. origin.Texts];
        while (texts.Count > 0 && texts[^1] is null) texts.RemoveAt(texts.Count - 1);
        added = [.. origin.Added];
        // The id that the reference library will give the next added token when it reads the file.
        next = Math.Max(origin.ModelTokens, added.Count == 0 ? 0 : added[^1].Id + 1);
        Changed = origin.Stripped;
    }

    /// <summary>The tokenizer whose files the result's are made from.</summary>
    public TokenizerFile Origin { get; }

    public IReadOnlyDictionary<string, int> Ids => ids;

    /// <summary>Tokens by id; null where no token has the id.</summary>
    public IReadOnlyList<string?> Texts => texts;

    /// <summary>By id.</summary>
    public IReadOnlyList<AddedToken> Added => added;

    /// <summary>Whether the tokenizer differs from <see cref="Origin"/>'s file.</summary>
    public bool Changed { get; private set; }

    /// <summary>Gives a new token the next id.</summary>
    /// <exception cref="ProblemException">The origin's ids have gaps, into which a loader would put the token.</exception>
    public void Append(AddedToken token)
    {
        if (next < texts.Count)
            throw new ProblemException($"no token can be added to this vocabulary, and '{Excerpt.Of(token.Content)}' must be", new Place(Origin.Path),
                string.Create(CultureInfo.InvariantCulture, $"its ids have gaps: {ids.Count} tokens, the highest id is {texts.Count - 1}"), "take the vocabulary of another model");
        while (texts.Count < next) texts.Add(null);
        texts.Add(token.Content);
        ids.Add(token.Content, next);
        added.Add(token with { Id = next++ });
        Changed = true;
    }

    /// <summary>Appends what the other models have and the origin lacks: first their vocabularies, by model and id, then their added tokens.</summary>
    /// <param name="models">In order of mention.</param>
    /// <param name="note">Told of contradictions.</param>
    public void Unite(IReadOnlyList<TokenizerFile> models, Action<string> note)
    {
        var special = models.Append(Origin).SelectMany(m => m.Added).Select(a => a.Content).ToHashSet(StringComparer.Ordinal);
        foreach (var text in models.SelectMany(m => m.Texts))
            if (text is not null && !special.Contains(text) && !ids.ContainsKey(text)) Append(AddedToken.Plain(next, text));
        foreach (var token in models.SelectMany(m => m.Added)) Adopt(token, note);
    }

    void Adopt(AddedToken token, Action<string> note)
    {
        if (!ids.TryGetValue(token.Content, out var id)) Append(token);
        else if (added.Find(a => a.Id == id) is { } first)
        {
            if (!first.SameSettings(token)) note($"the token '{Excerpt.Of(token.Content)}' is added with different settings; those of the first model that has it are kept");
        }
        else if (token.Special)
        {
            added.Add(token with { Id = id });
            added.Sort((a, b) => a.Id.CompareTo(b.Id));
            Changed = true;
        }
    }
}
