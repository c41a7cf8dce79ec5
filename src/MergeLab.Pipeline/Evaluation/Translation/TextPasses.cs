using System.Text;

namespace MergeLab.Evaluation.Translation;

/// <summary>
/// The regular-expression passes of mteval's tokenizers, by hand: each reads left to right and never looks again at what it has matched,
/// as substitution by a regular expression does.
/// </summary>
static class TextPasses
{
    /// <summary>
    /// mteval-v13a on a padded line: spaces around ASCII marks other than ' , - . ; around . and , unless a digit stands on that side; and
    /// around a hyphen behind a digit.
    /// </summary>
    /// <param name="line">With a space at both ends.</param>
    /// <param name="possessive">Split off 's at the end of a word too, as Tercom does.</param>
    public static StringBuilder Western(ReadOnlySpan<char> line, bool possessive = false)
    {
        var marked = new StringBuilder(line.Length * 2);
        foreach (var c in line)
        {
            if (IsMark(c)) marked.Append(' ').Append(c).Append(' ');
            else marked.Append(c);
        }
        if (possessive) marked.Replace("'s ", " 's ");
        var after = Pairs(marked.ToString(), static (first, second) => !char.IsAsciiDigit(first) && second is '.' or ',', spaceBefore: false);
        var before = Pairs(after.ToString(), static (first, second) => first is '.' or ',' && !char.IsAsciiDigit(second), spaceBefore: true);
        return Pairs(before.ToString(), static (first, second) => char.IsAsciiDigit(first) && second == '-', spaceBefore: false);
    }

    /// <summary>Spaces around the second of each matching pair of characters, or around the first.</summary>
    static StringBuilder Pairs(string text, Func<char, char, bool> matches, bool spaceBefore)
    {
        var result = new StringBuilder(text.Length * 2);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 == text.Length || !matches(text[i], text[i + 1])) result.Append(text[i]);
            else if (spaceBefore) result.Append(' ').Append(text[i]).Append(' ').Append(text[++i]);
            else result.Append(text[i]).Append(' ').Append(text[++i]).Append(' ');
        }
        return result;
    }

    static bool IsMark(char c) => c is (>= '{' and <= '~') or (>= '[' and <= '`') or (>= ' ' and <= '&') or (>= '(' and <= '+') or (>= ':' and <= '@') or '/';

    /// <summary>mteval-v14, international: spaces around punctuation unless a number stands on that side, and around every symbol; by code point.</summary>
    public static StringBuilder International(string line)
    {
        Rune[] runes = [.. line.EnumerateRunes()];
        runes = Pairs(runes, static (first, second) => !Rune.IsNumber(first) && Rune.IsPunctuation(second), spaceBefore: false);
        runes = Pairs(runes, static (first, second) => Rune.IsPunctuation(first) && !Rune.IsNumber(second), spaceBefore: true);
        var result = new StringBuilder(line.Length * 2);
        foreach (var rune in runes)
        {
            if (Rune.IsSymbol(rune)) result.Append(' ').Append(rune).Append(' ');
            else result.Append(rune);
        }
        return result;
    }

    static Rune[] Pairs(Rune[] text, Func<Rune, Rune, bool> matches, bool spaceBefore)
    {
        var space = new Rune(' ');
        var result = new List<Rune>(text.Length * 2);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 == text.Length || !matches(text[i], text[i + 1])) result.Add(text[i]);
            else if (spaceBefore) result.AddRange([space, text[i], space, text[++i]]);
            else result.AddRange([text[i], space, text[++i], space]);
        }
        return [.. result];
    }
}
