using System.Text;
using MergeLab.Core.Json;

namespace MergeLab.Data.Tokenizers.Normalizers;

static class NormalizerReader
{
    static readonly Dictionary<string, Func<JsonCursor, INormalizer>> known = new()
    {
        ["Lowercase"] = _ => new Lowercase(),
        ["NFC"] = _ => new UnicodeForm(NormalizationForm.FormC),
        ["NFD"] = _ => new UnicodeForm(NormalizationForm.FormD),
        ["NFKC"] = _ => new UnicodeForm(NormalizationForm.FormKC),
        ["NFKD"] = _ => new UnicodeForm(NormalizationForm.FormKD),
        ["Strip"] = at => new Strip(Component.Flag(at, "strip_left", true), Component.Flag(at, "strip_right", true)),
        ["StripAccents"] = _ => new StripAccents(),
        ["Replace"] = at => new Replace(Component.LiteralPattern(at), at.Get("content").AsString()),
        ["Prepend"] = at => new Prepend(at.Get("prepend").AsString()),
        ["BertNormalizer"] = at => new BertNormalizer(
            Component.Flag(at, "clean_text", true), Component.Flag(at, "handle_chinese_chars", true), at.Find("strip_accents")?.AsBool(), Component.Flag(at, "lowercase", true)),
        ["Sequence"] = at => new NormalizerSequence([.. at.Get("normalizers").Items().Select(Read)]),
    };

    public static INormalizer Read(JsonCursor at) => Component.Read(at, "normalizer", known);
}
