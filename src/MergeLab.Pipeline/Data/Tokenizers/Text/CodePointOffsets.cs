namespace MergeLab.Data.Tokenizers.Text;

/// <summary>From UTF-16 offsets to code-point offsets. Asked in mostly rising order it walks the text once.</summary>
sealed class CodePointOffsets
{
    readonly string text;
    int unit, codePoint;

    CodePointOffsets(string text) => this.text = text;

    /// <summary>Null where the two are the same: no code point beyond U+FFFF.</summary>
    public static CodePointOffsets? For(string text) => text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? null : new CodePointOffsets(text);

    public int this[int offset]
    {
        get
        {
            for (; unit < offset; unit++)
                if (!char.IsLowSurrogate(text[unit])) codePoint++;
            for (; unit > offset; unit--)
                if (!char.IsLowSurrogate(text[unit - 1])) codePoint--;
            return codePoint;
        }
    }
}
