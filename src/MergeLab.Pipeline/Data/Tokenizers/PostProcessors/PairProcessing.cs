using MergeLab.Core.Json;

namespace MergeLab.Data.Tokenizers.PostProcessors;

/// <summary>BERT's form: [CLS] A [SEP], with a pair B [SEP] of segment 1.</summary>
sealed class BertProcessing((int Id, string Token) cls, (int Id, string Token) sep) : IPostProcessor
{
    public IEnumerable<(int Id, string Token)> SpecialTokens => [cls, sep];

    public int AddedTokens(bool pair) => pair ? 3 : 2;

    public IReadOnlyList<Encoding> Process(Encoding first, Encoding? second, bool addSpecialTokens)
    {
        if (!addSpecialTokens) return second is null ? [first] : [first, second];
        List<Encoding> parts = [Special(cls, 0), first.WithTypeId(0), Special(sep, 0)];
        if (second is not null) parts.AddRange([second.WithTypeId(1), Special(sep, 1)]);
        return parts;
    }

    public static BertProcessing Read(JsonCursor at) => new(ReadToken(at.Get("cls")), ReadToken(at.Get("sep")));

    internal static Encoding Special((int Id, string Token) token, int typeId) => Encoding.OfSpecialTokens([token.Id], [token.Token], typeId);

    /// <summary><c>["&lt;s&gt;", 0]</c></summary>
    internal static (int Id, string Token) ReadToken(JsonCursor at) => at.Items().ToList() is [var token, var id] ? (id.AsInt(), token.AsString()) : throw at.Problem("expected [token, id]");
}

/// <summary>RoBERTa's form: &lt;s&gt; A &lt;/s&gt;, with a pair &lt;/s&gt; B &lt;/s&gt;, all of segment 0; offsets may leave out white space at a token's ends.</summary>
sealed class RobertaProcessing((int Id, string Token) cls, (int Id, string Token) sep, bool trimOffsets, bool addPrefixSpace) : IPostProcessor
{
    const char ByteLevelSpace = 'Ġ';

    public IEnumerable<(int Id, string Token)> SpecialTokens => [cls, sep];

    public int AddedTokens(bool pair) => pair ? 4 : 2;

    public IReadOnlyList<Encoding> Process(Encoding first, Encoding? second, bool addSpecialTokens)
    {
        first = Trimmed(first.WithTypeId(0));
        second = second is null ? null : Trimmed(second.WithTypeId(0));
        if (!addSpecialTokens) return second is null ? [first] : [first, second];
        List<Encoding> parts = [BertProcessing.Special(cls, 0), first, BertProcessing.Special(sep, 0)];
        if (second is not null) parts.AddRange([BertProcessing.Special(sep, 0), second, BertProcessing.Special(sep, 0)]);
        return parts;
    }

    public static RobertaProcessing Read(JsonCursor at) => new(
        BertProcessing.ReadToken(at.Get("cls")), BertProcessing.ReadToken(at.Get("sep")), Component.Flag(at, "trim_offsets", true), Component.Flag(at, "add_prefix_space", true));

    Encoding Trimmed(Encoding encoding)
    {
        if (!trimOffsets) return encoding;
        var offsets = (Offset[])encoding.Offsets.Clone();
        for (var i = 0; i < offsets.Length; i++)
        {
            var token = encoding.Tokens[i];
            int leading = 0, trailing = 0;
            while (leading < token.Length && IsSpace(token[leading])) leading++;
            while (trailing < token.Length && IsSpace(token[^(trailing + 1)])) trailing++;
            // The space put before the first token is not in the text.
            if (leading > 0 && addPrefixSpace && (i == 0 || offsets[i].Start == 0)) leading--;
            var start = Math.Min(offsets[i].Start + leading, offsets[i].End);
            offsets[i] = new Offset(start, trailing > 0 && offsets[i].End >= trailing ? Math.Max(offsets[i].End - trailing, start) : offsets[i].End);
        }
        return encoding.WithOffsets(offsets, [.. encoding.Overflow.Select(Trimmed)]);
    }

    static bool IsSpace(char c) => c == ByteLevelSpace || Text.CodePoint.IsSpace(c);
}
