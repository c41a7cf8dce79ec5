using MergeLab.Core.Json;
using MergeLab.Data.Tokenizers.Text;

namespace MergeLab.Data.Tokenizers.PreTokenizers;

static class PreTokenizerReader
{
    static readonly Dictionary<string, Func<JsonCursor, IPreTokenizer>> known = new()
    {
        ["Whitespace"] = _ => new Whitespace(),
        ["WhitespaceSplit"] = _ => new WhitespaceSplit(),
        ["BertPreTokenizer"] = _ => new PreTokenizerSequence([new WhitespaceSplit(), new CodePointSplit(CodePoint.IsPunctuation, DelimiterBehavior.Isolated)]),
        ["Punctuation"] = at => new CodePointSplit(CodePoint.IsPunctuation, DelimiterSplit.ReadBehavior(at.Find("behavior"))),
        ["Digits"] = at => new CodePointSplit(CodePoint.IsNumeric, Component.Flag(at, "individual_digits", false) ? DelimiterBehavior.Isolated : DelimiterBehavior.Contiguous),
        ["CharDelimiterSplit"] = at => new LiteralSplit(Component.OneCharacter(at.Get("delimiter")).ToString(), DelimiterBehavior.Removed, false),
        ["Split"] = at => new LiteralSplit(Component.LiteralPattern(at), DelimiterSplit.ReadBehavior(at.Get("behavior")), Component.Flag(at, "invert", false)),
        ["Sequence"] = at => new PreTokenizerSequence([.. at.Get("pretokenizers").Items().Select(Read)]),
    };

    public static IPreTokenizer Read(JsonCursor at) => Component.Read(at, "pre-tokenizer", known);
}
