using MergeLab.Core.Errors;
using MergeLab.Data.Tokenizers;

namespace MergeLab.Evaluation.Tasks;

/// <summary>Texts of rows as token ids. A word that a closed vocabulary lacks is an error: the model would be asked about nothing.</summary>
sealed class RowEncoder(Tokenizer tokenizer, string file)
{
    /// <summary>Longer than any model here reads well, and short enough for the memory of its attention.</summary>
    const int MostTokens = 4096;

    static readonly string[] UnknownTokens = ["<unk>", "[UNK]"];

    readonly int? unknown = UnknownTokens.Select(tokenizer.TokenToId).FirstOrDefault(id => id is not null);

    public int[] Encode(string text, int line)
    {
        var encoding = tokenizer.Encode(text);
        if (encoding.Length > MostTokens) throw new ProblemException($"a text of {encoding.Length} tokens", new Place(file, line), $"at most {MostTokens} are read", "shorten it");
        if (unknown is { } id && Array.IndexOf(encoding.Ids, id) is >= 0 and var at)
            throw new ProblemException($"the model does not know the word '{Word(text, encoding.Offsets[at])}'", new Place(file, line), $"it is not in the tokenizer's vocabulary; the text is '{Shortened(text)}'", "use the words of tokenizer.json");
        return encoding.Ids;
    }

    static string Word(string text, Offset offset) => string.Concat(text.EnumerateRunes().Skip(offset.Start).Take(offset.End - offset.Start).Select(r => r.ToString()));

    static string Shortened(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
