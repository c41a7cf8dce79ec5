using System.Collections.Frozen;
using System.Globalization;

namespace MergeLab.Data.World;

/// <summary>
/// The closed vocabulary: every word of every text is one token, split at single spaces. Ids: padding 0, end 1, unknown 2, words,
/// sentinels last with <c>&lt;extra_id_0&gt;</c> the highest, as in T5. Appending a word moves the sentinels and so breaks trained models.
/// </summary>
public static class WorldVocabulary
{
    public const int Pad = 0, End = 1, Unknown = 2, Sentinels = 16;

    /// <summary>Words that are no name of anything.</summary>
    static readonly string[] FunctionWords =
    [
        .. ". , : ; ?".Split(' '),
        .. "a about act after and answer answered are as asked aunt bad be bio born by claim cold data daughter day".Split(' '),
        .. "describe details did do does eaten extract father first follow from gave give good got grandfather grandmother".Split(' '),
        .. "grey guess happened he how in is it keys kind knew last live lives lot many maybe me mean memory might most".Split(' '),
        .. "mother name near no nobody not of oh on or people place question related same say second sentence she short".Split(' '),
        .. "sky so son step steps story talked tell text that the then they thing things this title to told took".Split(' '),
        .. "triples true uncle unknown was well what when where which who why with worn write written yes".Split(' '),
    ];

    /// <summary>All tokens in the order of their ids.</summary>
    public static readonly IReadOnlyList<string> Tokens =
    [
        "<pad>", "</s>", "<unk>", .. Words().Distinct(),
        .. Enumerable.Range(0, Sentinels).Select(i => string.Create(CultureInfo.InvariantCulture, $"<extra_id_{Sentinels - 1 - i}>")),
    ];

    static readonly FrozenDictionary<string, int> Ids = Tokens.Select((t, i) => (t, i)).ToFrozenDictionary(p => p.t, p => p.i, StringComparer.Ordinal);

    static readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> BySpan = Ids.GetAlternateLookup<ReadOnlySpan<char>>();

    public static int Count => Tokens.Count;

    /// <summary>Ids of a text and the end token: what <c>tokenizer.json</c> gives for it.</summary>
    public static int[] Encode(string text)
    {
        var ids = new int[text.AsSpan().Count(' ') + 2];
        var at = 0;
        foreach (var word in text.AsSpan().Split(' ')) ids[at++] = BySpan.TryGetValue(text.AsSpan()[word], out var id) ? id : Unknown;
        ids[at] = End;
        return ids;
    }

    static IEnumerable<string> Words() =>
    [
        .. Lexicon.People, .. Lexicon.Places, .. Lexicon.Days, .. Lexicon.Jobs, .. Lexicon.Kinds, .. Lexicon.Things, .. Lexicon.Uses,
        .. Lexicon.Numbers, .. Lexicon.Acquaintances, .. Atlas.Attributes, .. Texts.Biography.Keys,
        .. Acts.All.SelectMany(a => new[] { a.Past, a.Base, a.Participle, a.OtherPast, a.OtherBase }),
        .. FunctionWords,
    ];
}
