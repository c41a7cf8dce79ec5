using System.Globalization;
using System.Text;
using MergeLab.Core.Json;
using MergeLab.Data.Tokenizers.Normalizers;
using MergeLab.Data.Tokenizers.Text;

namespace MergeLab.Pipeline.Tests.Data.Tokenizers;

/// <summary>Where each code point of a normalised text comes from. Offsets are UTF-16 units here.</summary>
public class NormalizerTests
{
    [Theory]
    [InlineData("NFC", "xe\u0301y", "xéy", "0-1 1-2 3-4")]
    [InlineData("NFD", "xéy", "xe\u0301y", "0-1 1-2 1-2 2-3")]
    [InlineData("NFD", "e\u0301\u0323", "e\u0323\u0301", "0-1 1-2 2-3")]
    [InlineData("NFKC", "ﬁ①", "fi1", "0-1 0-1 1-2")]
    [InlineData("NFC", "\u1112\u1161\u11ab.", "한.", "0-1 3-4")]
    [InlineData("NFKD", "a\uFFFE½", "a\uFFFE1\u20442", "0-1 1-2 2-3 2-3 2-3")]
    [InlineData("Lowercase", "aİB😀ÀΣ", "ai\u0307b😀àσ", "0-1 1-2 1-2 2-3 3-5 3-5 5-6 6-7")]
    [InlineData("StripAccents", "\u0301ae\u0301\u0903b", "aeb", "1-2 2-3 5-6")]
    [InlineData("Strip", " \u00a0a b\t ", "a b", "2-3 3-4 4-5")]
    public void Code_points_know_what_they_came_from(string type, string text, string expected, string ranges)
    {
        var normalized = Read($$"""{"type": "{{type}}"}""").Normalize(new NormalizedText(text));
        Assert.Equal(expected, normalized.Text);
        Assert.Equal(ranges, Ranges(normalized));
    }

    [Theory]
    [InlineData("""{"type": "Prepend", "prepend": "__"}""", "ab", "__ab", "0-1 0-1 0-1 1-2")]
    [InlineData("""{"type": "Prepend", "prepend": "_"}""", "", "", "")]
    [InlineData("""{"type": "Replace", "pattern": {"String": "ab"}, "content": "xyz"}""", "1ab2ab", "1xyz2xyz", "0-1 2-3 2-3 2-3 3-4 5-6 5-6 5-6")]
    [InlineData("""{"type": "Replace", "pattern": {"String": "😀"}, "content": ""}""", "a😀b", "ab", "0-1 3-4")]
    [InlineData("""{"type": "Replace", "pattern": {"String": ""}, "content": "x"}""", "ab", "ab", "0-1 1-2")]
    [InlineData("""{"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}, {"type": "Lowercase"}, {"type": "Prepend", "prepend": "_"}]}""", "ÉÀ", "_ea", "0-1 0-1 1-2")]
    public void Components_with_arguments_do_as_well(string json, string text, string expected, string ranges)
    {
        var normalized = Read(json).Normalize(new NormalizedText(text));
        Assert.Equal(expected, normalized.Text);
        Assert.Equal(ranges, Ranges(normalized));
    }

    [Theory]
    [InlineData("NFC", 300)]
    [InlineData("NFD", 300)]
    [InlineData("NFKC", 9_000)]
    [InlineData("NFKD", 9_000)]
    public void Long_texts_are_normalised_block_by_block_as_if_at_once(string form, int words)
    {
        var text = string.Concat(Enumerable.Range(0, words).Select(i => (i % 7) switch { 0 => "e\u0301\u0323", 1 => "한국어", 2 => " ﬁ", 3 => "𝒜\u0301", 4 => "\u1112\u1161\u11ab", 5 => "plain", _ => "이것은책" }));
        var normalized = Read($$"""{"type": "{{form}}"}""").Normalize(new NormalizedText(text));
        Assert.Equal(text.Normalize(Enum.Parse<NormalizationForm>(form.Replace("NF", "Form", StringComparison.Ordinal))), normalized.Text);
    }

    [Theory]
    [InlineData("\u0301\u0323")]
    [InlineData("\U0001D165\U0001D16D")]
    public void A_run_of_a_hundred_thousand_marks_is_not_sorted_as_a_whole(string marks)
    {
        var text = "e" + string.Concat(Enumerable.Repeat(marks, 50_000)) + "\uFFFEé";
        var normalized = Read("""{"type": "NFD"}""").Normalize(new NormalizedText(text));
        Assert.Equal(text.Length + 1, normalized.Text.Length);
        Assert.Equal(text.Order(), (normalized.Text[..^2] + "é").Order());
    }

    static INormalizer Read(string json) => NormalizerReader.Read(LocatedJson.Parse(Encoding.UTF8.GetBytes(json), "n.json").Root);

    static string Ranges(NormalizedText text) => string.Join(' ', Enumerable.Range(0, text.Text.Length).Select(i => text.Original(i, i + 1))
        .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Start}-{r.End}")));
}
