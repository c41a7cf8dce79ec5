using System.Globalization;
using System.Text;

namespace MergeLab.Evaluation.Text;

/// <summary>
/// Python's <c>str</c> methods where .NET's differ, because the reference metrics are written in Python: white space includes U+001C to
/// U+001F, and lower-casing is Unicode's full mapping (SpecialCasing.txt: final sigma, dotted capital I) instead of one character to one.
/// </summary>
public static class PythonText
{
    const char DottedCapitalI = 'İ';
    const char CombiningDotAbove = '\u0307';
    const char CapitalSigma = 'Σ';

    /// <summary><c>str.isspace</c> of one character. Every such character lies in the basic plane.</summary>
    public static bool IsSpace(char c) => c < 128 ? c is ' ' or (>= '\t' and <= '\r') or (>= '\u001c' and <= '\u001f') : char.IsWhiteSpace(c);

    /// <summary><c>str.rstrip()</c>.</summary>
    public static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1])) end--;
        return text[..end];
    }

    /// <summary><c>str.strip()</c>.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        text = TrimEnd(text);
        var start = 0;
        while (start < text.Length && IsSpace(text[start])) start++;
        return text[start..];
    }

    /// <summary>The next word of <c>str.split()</c> at or after <paramref name="at"/>, which moves behind it; empty at the end.</summary>
    public static ReadOnlySpan<char> NextWord(ReadOnlySpan<char> text, ref int at)
    {
        while (at < text.Length && IsSpace(text[at])) at++;
        var start = at;
        while (at < text.Length && !IsSpace(text[at])) at++;
        return text[start..at];
    }

    /// <summary><c>str.split()</c>.</summary>
    public static List<string> Split(ReadOnlySpan<char> text)
    {
        var words = new List<string>();
        var at = 0;
        for (var word = NextWord(text, ref at); !word.IsEmpty; word = NextWord(text, ref at)) words.Add(word.ToString());
        return words;
    }

    /// <summary><c>str.lower()</c>.</summary>
    public static string Lower(string text)
    {
        if (Ascii.IsValid(text)) return text.ToLowerInvariant();
        var lowered = new StringBuilder(text.Length + 4);
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == CapitalSigma) lowered.Append(IsFinal(text, i) ? 'ς' : 'σ');
            else if (text[i] == DottedCapitalI) lowered.Append('i').Append(CombiningDotAbove);
            else if (Rune.TryGetRuneAt(text, i, out var rune))
            {
                lowered.Append(Rune.ToLowerInvariant(rune));
                i += rune.Utf16SequenceLength;
                continue;
            }
            else lowered.Append(text[i]);
            i++;
        }
        return lowered.ToString();
    }

    /// <summary>Unicode's Final_Sigma: a cased letter before and none after, both times looking past case-ignorable characters.</summary>
    static bool IsFinal(string text, int sigma) => CasedBefore(text, sigma) && !CasedAfter(text, sigma + 1);

    static bool CasedBefore(string text, int index)
    {
        while (index > 0)
        {
            index -= index >= 2 && char.IsSurrogatePair(text[index - 2], text[index - 1]) ? 2 : 1;
            if (!Rune.TryGetRuneAt(text, index, out var rune)) return false;
            if (!IsCaseIgnorable(rune)) return IsCased(rune);
        }
        return false;
    }

    static bool CasedAfter(string text, int index)
    {
        while (index < text.Length && Rune.TryGetRuneAt(text, index, out var rune))
        {
            if (!IsCaseIgnorable(rune)) return IsCased(rune);
            index += rune.Utf16SequenceLength;
        }
        return false;
    }

    static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter || IsCasedByProperty(rune.Value);

    static bool IsCaseIgnorable(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol
        || rune.Value is '\'' or '.' or ':' or 0xB7 or 0x387 or 0x55F or 0x5F4 or 0x2018 or 0x2019 or 0x2024 or 0x2027 or 0xFE13 or 0xFE52 or 0xFE55 or 0xFF07 or 0xFF0E or 0xFF1A;

    /// <summary>Other_Lowercase and Other_Uppercase of PropList.txt: cased, though not letters with case.</summary>
    static bool IsCasedByProperty(int c) => c
        is 0xAA or 0xBA or (>= 0x2B0 and <= 0x2B8) or 0x2C0 or 0x2C1 or (>= 0x2E0 and <= 0x2E4) or 0x345 or 0x37A
        or (>= 0x1D2C and <= 0x1D6A) or 0x1D78 or (>= 0x1D9B and <= 0x1DBF) or 0x2071 or 0x207F or (>= 0x2090 and <= 0x209C)
        or (>= 0x2160 and <= 0x217F) or (>= 0x24B6 and <= 0x24E9) or 0x2C7C or 0x2C7D or 0xA69C or 0xA69D or 0xA770
        or 0xA7F8 or 0xA7F9 or (>= 0xAB5C and <= 0xAB5F) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
}
