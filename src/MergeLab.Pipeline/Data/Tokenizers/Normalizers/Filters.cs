using System.Text;
using MergeLab.Data.Tokenizers.Text;

namespace MergeLab.Data.Tokenizers.Normalizers;

/// <summary>Removes every code point that a predicate does not keep.</summary>
abstract class Filter : INormalizer
{
    public NormalizedText Normalize(NormalizedText text)
    {
        List<RuneChange>? changes = null;
        int removedAtStart = 0, position = 0;
        foreach (var rune in text.Text.EnumerateRunes())
        {
            if (Keeps(rune))
            {
                changes?.Add(new RuneChange(rune, 0));
            }
            else
            {
                changes ??= Unchanged(text.Text.AsSpan(0, position));
                if (changes.Count == 0) removedAtStart++;
                else changes[^1] = changes[^1] with { Change = changes[^1].Change - 1 };
            }
            position += rune.Utf16SequenceLength;
        }
        return changes is null ? text : text.Transform(changes, removedAtStart);
    }

    protected abstract bool Keeps(Rune rune);

    static List<RuneChange> Unchanged(ReadOnlySpan<char> text)
    {
        var changes = new List<RuneChange>(text.Length + 16);
        foreach (var rune in text.EnumerateRunes()) changes.Add(new RuneChange(rune, 0));
        return changes;
    }
}

/// <summary>Removes combining marks of every kind. Nothing is decomposed: that is NFD's part.</summary>
sealed class StripAccents : Filter
{
    protected override bool Keeps(Rune rune) => rune.Value < 0x300 || !CodePoint.IsMark(rune);
}
