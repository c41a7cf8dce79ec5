using System.Text;

namespace MergeLab.Data.Tokenizers.Text;

/// <summary>A change to a text, one output code point: 0 takes the place of one, +1 is new, −n takes the place of one and removes the n after it.</summary>
readonly record struct RuneChange(Rune Rune, int Change);

/// <summary>
/// A stretch of a text after normalisation, which knows for each of its UTF-16 units what range of the original it stands for.
/// Immutable. As long as nothing moved there are no tables.
/// </summary>
sealed class NormalizedText
{
    readonly int origin;
    readonly Range[]? ranges;

    NormalizedText(string text, int origin, Range[]? ranges) => (Text, this.origin, this.ranges) = (text, origin, ranges);

    public NormalizedText(string original) : this(original, 0, null)
    {
    }

    /// <summary>UTF-16 units [start, end) of the original.</summary>
    public readonly record struct Range(int Start, int End);

    public string Text { get; }

    /// <summary>The range of the original that a non-empty range of this text stands for.</summary>
    public Range Original(int start, int end) => ranges is null
        ? new Range(origin + start, origin + end)
        : new Range(ranges[start].Start, ranges[end - 1].End);

    public NormalizedText Slice(int start, int end) => start == 0 && end == Text.Length ? this
        : start == end ? new NormalizedText("", origin, null)
        : new NormalizedText(Text[start..end], Original(start, end).Start, ranges?[start..end]);

    /// <summary>The same units in the same places with other content.</summary>
    public NormalizedText WithText(string sameLength) => new(sameLength, origin, ranges);

    /// <summary>
    /// Applies changes that together account for every code point.
    /// A new code point shares the range of the one before it, or an empty one at the beginning (the alignment rule of Hugging Face's tokenizers).
    /// </summary>
    /// <param name="changes">One an output code point.</param>
    /// <param name="removedAtStart">Code points removed before the first.</param>
    public NormalizedText Transform(IReadOnlyList<RuneChange> changes, int removedAtStart = 0)
    {
        var text = new StringBuilder(Text.Length + 16);
        var aligned = new List<Range>(Text.Length + 16);
        var position = Skip(0, removedAtStart);
        Span<char> units = stackalloc char[2];
        for (var i = 0; i < changes.Count; i++)
        {
            var (rune, change) = changes[i];
            Range range;
            if (change > 0)
            {
                range = position == 0 ? new Range(origin, origin) : Aligned(position - 1);
            }
            else
            {
                range = Aligned(position);
                position = Skip(position, 1 - change);
            }
            var length = rune.EncodeToUtf16(units);
            text.Append(units[..length]);
            for (var unit = 0; unit < length; unit++) aligned.Add(range);
        }
        return new NormalizedText(text.ToString(), origin, [.. aligned]);
    }

    /// <summary>Replaces every occurrence; what is put in stands for the last code point it replaced.</summary>
    public NormalizedText Replace(string pattern, string content)
    {
        var match = Text.IndexOf(pattern, StringComparison.Ordinal);
        if (match < 0 || pattern.Length == 0) return this;
        if (pattern.Length == 1 && content.Length == 1) return WithText(Text.Replace(pattern[0], content[0]));
        var text = new StringBuilder(Text.Length);
        var aligned = new List<Range>(Text.Length);
        var copied = 0;
        for (; match >= 0; match = Text.IndexOf(pattern, copied, StringComparison.Ordinal))
        {
            Copy(copied, match);
            text.Append(content);
            var range = Aligned(match + pattern.Length - 1);
            for (var i = 0; i < content.Length; i++) aligned.Add(range);
            copied = match + pattern.Length;
        }
        Copy(copied, Text.Length);
        return new NormalizedText(text.ToString(), origin, [.. aligned]);

        void Copy(int start, int end)
        {
            text.Append(Text, start, end - start);
            for (var i = start; i < end; i++) aligned.Add(Aligned(i));
        }
    }

    int Skip(int position, int count)
    {
        for (; count > 0 && position < Text.Length; count--)
            position += char.IsHighSurrogate(Text[position]) && position + 1 < Text.Length ? 2 : 1;
        return position;
    }

    /// <summary>The original range of the code point that a unit belongs to.</summary>
    Range Aligned(int unit)
    {
        unit = Math.Min(unit, Text.Length - 1);
        if (ranges is not null) return ranges[unit];
        var start = char.IsLowSurrogate(Text[unit]) ? unit - 1 : unit;
        return new Range(origin + start, origin + start + (char.IsSurrogate(Text[unit]) ? 2 : 1));
    }
}
