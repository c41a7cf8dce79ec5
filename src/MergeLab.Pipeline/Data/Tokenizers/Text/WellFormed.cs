using System.Text;

namespace MergeLab.Data.Tokenizers.Text;

static class WellFormed
{
    /// <summary>The text with U+FFFD for each lone surrogate: normalisation and UTF-8 know no such thing. Lengths and offsets stay.</summary>
    public static string Of(string text)
    {
        var first = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        if (first < 0) return text;
        StringBuilder? repaired = null;
        for (var i = first; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) i++;
            else (repaired ??= new StringBuilder(text))[i] = '\uFFFD';
        }
        return repaired?.ToString() ?? text;
    }
}
