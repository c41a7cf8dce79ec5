using System.Globalization;
using System.Text;

namespace MergeLab.Data.Tokenizers.Text;

/// <summary>Classes of code points as the Unicode standard defines them. .NET's own regex classes see UTF-16 units, so letters beyond U+FFFF would be nothing.</summary>
static class CodePoint
{
    const byte WordClass = 1, SpaceClass = 2;
    const char ZeroWidthNonJoiner = '\u200C', ZeroWidthJoiner = '\u200D';

    /// <summary>Class of every code point of the basic plane, surrogates as neither.</summary>
    static readonly byte[] basicPlane = Enumerable.Range(0, 0x10000).Select(c => !Rune.IsValid(c) ? (byte)0 : Class(new Rune(c))).ToArray();

    /// <summary>The code point at an index, and how many UTF-16 units it takes. A lone surrogate reads as U+FFFD.</summary>
    public static Rune At(ReadOnlySpan<char> text, int index, out int length)
    {
        var c = text[index];
        if (!char.IsSurrogate(c))
        {
            length = 1;
            return new Rune(c);
        }
        Rune.DecodeFromUtf16(text[index..], out var rune, out length);
        return rune;
    }

    /// <summary>The code point that ends before an index.</summary>
    public static Rune Before(ReadOnlySpan<char> text, int index, out int length)
    {
        Rune.DecodeLastFromUtf16(text[..index], out var rune, out length);
        return rune;
    }

    /// <summary>White_Space.</summary>
    public static bool IsSpace(Rune rune) => rune.IsBmp ? IsSpace((char)rune.Value) : Rune.IsWhiteSpace(rune);

    public static bool IsSpace(char c) => basicPlane[c] == SpaceClass;

    /// <summary>A word character by Unicode's Technical Standard 18, annex C: Alphabetic, Mark, Decimal_Number, Connector_Punctuation, Join_Control.</summary>
    public static bool IsWord(Rune rune) => rune.IsBmp ? basicPlane[rune.Value] == WordClass : Class(rune) == WordClass;

    public static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>Number: decimal digits, letter numbers and others.</summary>
    public static bool IsNumeric(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>Punctuation, and all of ASCII's symbols.</summary>
    public static bool IsPunctuation(Rune rune) => rune.IsAscii
        ? rune.Value > ' ' && rune.Value < 0x7F && !char.IsAsciiLetterOrDigit((char)rune.Value)
        : Rune.IsPunctuation(rune);

    static byte Class(Rune rune)
    {
        if (Rune.IsWhiteSpace(rune)) return SpaceClass;
        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.LetterNumber => WordClass, // letters, marks, decimal digits, letter numbers
            UnicodeCategory.ConnectorPunctuation => WordClass,
            UnicodeCategory.OtherSymbol when IsAlphabeticSymbol(rune.Value) => WordClass,
            UnicodeCategory.Format when rune.Value is ZeroWidthJoiner or ZeroWidthNonJoiner => WordClass,
            _ => 0,
        };
    }

    /// <summary>The symbols of Other_Alphabetic: circled, squared and negative letters.</summary>
    static bool IsAlphabeticSymbol(int value) => value is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
}
