using System.Text;
using MergeLab.Data.Tokenizers.Text;

namespace MergeLab.Data.Tokenizers.Normalizers;

/// <summary>Lower case code point by code point, without context: a final Σ becomes σ. Only İ becomes two (i and a combining dot).</summary>
sealed class Lowercase : INormalizer
{
    const char CapitalIWithDot = '\u0130';

    public NormalizedText Normalize(NormalizedText text)
    {
        var lower = text.Text.ToLowerInvariant();
        if (!lower.Contains(CapitalIWithDot)) return lower == text.Text ? text : text.WithText(lower);
        var changes = new List<RuneChange>(lower.Length + 8);
        foreach (var rune in lower.EnumerateRunes())
        {
            if (rune.Value == CapitalIWithDot)
            {
                changes.Add(new RuneChange(new Rune('i'), 0));
                changes.Add(new RuneChange(new Rune('\u0307'), 1));
            }
            else
            {
                changes.Add(new RuneChange(rune, 0));
            }
        }
        return text.Transform(changes);
    }
}
