using MergeLab.Data.Tokenizers.Text;

namespace MergeLab.Data.Tokenizers.Normalizers;

/// <summary>Removes white space at the ends.</summary>
sealed class Strip(bool left, bool right) : INormalizer
{
    public NormalizedText Normalize(NormalizedText text)
    {
        var (start, end) = (0, text.Text.Length); // all white space lies in the basic plane
        if (left) while (start < end && CodePoint.IsSpace(text.Text[start])) start++;
        if (right) while (end > start && CodePoint.IsSpace(text.Text[end - 1])) end--;
        return text.Slice(start, end);
    }
}

/// <summary>Puts a prefix before a text that is not empty; it stands for the first code point.</summary>
sealed class Prepend(string prefix) : INormalizer
{
    public NormalizedText Normalize(NormalizedText text)
    {
        if (text.Text.Length == 0 || prefix.Length == 0) return text;
        var changes = new List<RuneChange>(prefix.Length + text.Text.Length);
        foreach (var rune in prefix.EnumerateRunes()) changes.Add(new RuneChange(rune, changes.Count == 0 ? 0 : 1));
        var first = true;
        foreach (var rune in text.Text.EnumerateRunes())
        {
            changes.Add(new RuneChange(rune, first ? 1 : 0));
            first = false;
        }
        return text.Transform(changes);
    }
}

/// <summary>Replaces a literal string.</summary>
sealed class Replace(string pattern, string content) : INormalizer
{
    public NormalizedText Normalize(NormalizedText text) => text.Replace(pattern, content);
}
