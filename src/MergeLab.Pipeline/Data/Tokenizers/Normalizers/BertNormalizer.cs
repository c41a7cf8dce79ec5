using System.Globalization;
using System.Text;
using MergeLab.Data.Tokenizers.Text;

namespace MergeLab.Data.Tokenizers.Normalizers;

/// <summary>BERT's: cleans control characters, puts spaces around CJK ideographs, strips accents, lowers the case.</summary>
sealed class BertNormalizer : INormalizer
{
    static readonly Rune space = new(' ');
    readonly List<INormalizer> steps = [];

    /// <param name="cleanText">Remove control characters, make every white space a space.</param>
    /// <param name="spaceIdeographs">Put a space on either side of each CJK ideograph.</param>
    /// <param name="stripAccents">Decompose and remove non-spacing marks; null: where the case is lowered.</param>
    /// <param name="lowercase">Lower the case.</param>
    public BertNormalizer(bool cleanText, bool spaceIdeographs, bool? stripAccents, bool lowercase)
    {
        if (cleanText) steps.AddRange([new WithoutControls(), new PlainSpaces()]);
        if (spaceIdeographs) steps.Add(new SpacedIdeographs());
        if (stripAccents ?? lowercase) steps.AddRange([new UnicodeForm(NormalizationForm.FormD), new WithoutNonSpacingMarks()]);
        if (lowercase) steps.Add(new Lowercase());
    }

    public NormalizedText Normalize(NormalizedText text)
    {
        foreach (var step in steps) text = step.Normalize(text);
        return text;
    }

    /// <summary>Unassigned code points stay: the vocabulary decides about them.</summary>
    sealed class WithoutControls : Filter
    {
        protected override bool Keeps(Rune rune)
        {
            if (rune.Value is >= ' ' and < 0x7F or '\t' or '\n' or '\r') return true;
            return rune.Value is not (0 or 0xFFFD) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse);
        }
    }

    sealed class PlainSpaces : INormalizer
    {
        public NormalizedText Normalize(NormalizedText text)
        {
            var units = text.Text;
            for (var i = 0; i < units.Length; i++)
                if (units[i] != ' ' && CodePoint.IsSpace(units[i]))
                    return text.WithText(string.Create(units.Length, units, (to, from) =>
                    {
                        for (var u = 0; u < from.Length; u++) to[u] = CodePoint.IsSpace(from[u]) ? ' ' : from[u];
                    }));
            return text;
        }
    }

    sealed class SpacedIdeographs : INormalizer
    {
        public NormalizedText Normalize(NormalizedText text)
        {
            if (text.Text.AsSpan().IndexOfAnyInRange('\u3400', '\uFAFF') < 0) return text; // surrogates lie in between
            var changes = new List<RuneChange>(text.Text.Length * 2);
            foreach (var rune in text.Text.EnumerateRunes())
            {
                if (IsIdeograph(rune.Value)) changes.AddRange([new(space, 0), new(rune, 1), new(space, 1)]);
                else changes.Add(new RuneChange(rune, 0));
            }
            return text.Transform(changes);
        }

        static bool IsIdeograph(int value) => value is
            (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F) or
            (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
    }

    sealed class WithoutNonSpacingMarks : Filter
    {
        protected override bool Keeps(Rune rune) => rune.Value < 0x300 || Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark;
    }
}
