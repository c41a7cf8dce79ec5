using System.Text;
using MergeLab.Core.Json;
using MergeLab.Data.Tokenizers.Text;

namespace MergeLab.Data.Tokenizers.PreTokenizers;

/// <summary>What becomes of the delimiters that a text is split at; the file uses the same names.</summary>
enum DelimiterBehavior
{
    Removed,
    Isolated,
    Contiguous,
    MergedWithPrevious,
    MergedWithNext,
}

/// <summary>A range that is a delimiter, or one between delimiters.</summary>
record struct Delimited(int Start, int End, bool IsDelimiter);

/// <summary>Splits at what a subclass finds.</summary>
abstract class DelimiterSplit(DelimiterBehavior behavior) : IPreTokenizer
{
    public void Split(Piece piece, List<Piece> output)
    {
        var parts = new List<Delimited>();
        Find(piece.Span, parts);
        foreach (var part in Apply(parts))
            if (part.Start < part.End) output.Add(piece.Part(part.Start, part.End));
    }

    /// <summary>Covers the whole text, in order, with delimiters and what lies between.</summary>
    protected abstract void Find(ReadOnlySpan<char> text, List<Delimited> parts);

    List<Delimited> Apply(List<Delimited> parts) => behavior switch
    {
        DelimiterBehavior.Removed => parts.FindAll(p => !p.IsDelimiter),
        DelimiterBehavior.Contiguous => Merge(parts, (last, next) => last.IsDelimiter == next.IsDelimiter),
        // Of two delimiters in a row the second stands alone.
        DelimiterBehavior.MergedWithPrevious => Merge(parts, (last, next) => next.IsDelimiter && !last.IsDelimiter),
        DelimiterBehavior.MergedWithNext => MergedWithNext(parts),
        _ => parts,
    };

    static List<Delimited> Merge(List<Delimited> parts, Func<Delimited, Delimited, bool> joins)
    {
        var merged = new List<Delimited>(parts.Count);
        foreach (var part in parts)
        {
            if (merged.Count > 0 && joins(merged[^1], part)) merged[^1] = merged[^1] with { End = part.End, IsDelimiter = part.IsDelimiter };
            else merged.Add(part);
        }
        return merged;
    }

    static List<Delimited> MergedWithNext(List<Delimited> parts)
    {
        var merged = new List<Delimited>(parts.Count);
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            if (merged.Count > 0 && parts[i].IsDelimiter && !merged[^1].IsDelimiter) merged[^1] = parts[i] with { End = merged[^1].End };
            else merged.Add(parts[i]);
        }
        merged.Reverse();
        return merged;
    }

    public static DelimiterBehavior ReadBehavior(JsonCursor? at) => at?.AsOneOf<DelimiterBehavior>() ?? DelimiterBehavior.Isolated;
}

/// <summary>Each code point of a class is a delimiter.</summary>
sealed class CodePointSplit(Func<Rune, bool> isDelimiter, DelimiterBehavior behavior) : DelimiterSplit(behavior)
{
    protected override void Find(ReadOnlySpan<char> text, List<Delimited> parts)
    {
        var last = 0;
        for (int i = 0, length; i < text.Length; i += length)
        {
            if (!isDelimiter(CodePoint.At(text, i, out length))) continue;
            if (last < i) parts.Add(new Delimited(last, i, false));
            parts.Add(new Delimited(i, i + length, true));
            last = i + length;
        }
        if (last < text.Length) parts.Add(new Delimited(last, text.Length, false));
    }
}

/// <summary>Each occurrence of a literal string is a delimiter; inverted: what lies between.</summary>
sealed class LiteralSplit(string pattern, DelimiterBehavior behavior, bool inverted) : DelimiterSplit(behavior)
{
    protected override void Find(ReadOnlySpan<char> text, List<Delimited> parts)
    {
        var last = 0;
        while (pattern.Length > 0 && text[last..].IndexOf(pattern, StringComparison.Ordinal) is >= 0 and var found)
        {
            if (found > 0) parts.Add(new Delimited(last, last + found, inverted));
            parts.Add(new Delimited(last + found, last + found + pattern.Length, !inverted));
            last += found + pattern.Length;
        }
        if (last < text.Length) parts.Add(new Delimited(last, text.Length, inverted));
    }
}
