using System.Text.Json;
using System.Text.Json.Nodes;
using MergeLab.Checkpoints;
using MergeLab.Core.Json;
using MergeLab.Data.Tokenizers;
using MergeLab.Data.Tokenizers.Normalizers;
using MergeLab.Data.Tokenizers.PreTokenizers;
using MergeLab.Data.Tokenizers.Text;

namespace MergeLab.Pipeline.Tests.Data.Tokenizers;

/// <summary>
/// Normalizers, pre-tokenizers, added tokens and decoders do not depend on the model, so the recorded answers of tokenizers with other models hold for them.
/// </summary>
public class ComponentGoldenTests
{
    [Theory]
    [InlineData("bert-uncased")]
    [InlineData("bert-cased")]
    [InlineData("bpe-plain")]
    [InlineData("added-bert")]
    [InlineData("added-llama2")]
    public void A_text_is_normalised_as_by_the_reference(string name)
    {
        var normalizer = NormalizerReader.Read(Json(name).Get("normalizer"));
        var compared = 0;
        foreach (var golden in Encoded(name))
        {
            var text = golden.GetProperty("text").GetString()!;
            Assert.Equal(golden.TryGetProperty("normalized", out var expected) ? expected.GetString() : text, normalizer.Normalize(new NormalizedText(text)).Text);
            compared++;
        }
        Assert.True(compared > 100);
    }

    [Theory]
    [InlineData("wordlevel")]
    [InlineData("bert-uncased")]
    [InlineData("bert-cased")]
    [InlineData("bpe-plain")]
    public void A_text_is_split_as_by_the_reference_with_the_same_offsets(string name)
    {
        var (normalizer, preTokenizer) = (NormalizerReader.Read(Json(name).Get("normalizer")), PreTokenizerReader.Read(Json(name).Get("pre_tokenizer")));
        var compared = 0;
        foreach (var golden in Encoded(name).Where(c => c.TryGetProperty("pre", out _)))
        {
            // The recorded pieces are those of the normalised text, and so are their offsets.
            var text = normalizer.Normalize(new NormalizedText(golden.GetProperty("text").GetString()!)).Text;
            var pieces = new List<Piece>();
            preTokenizer.Split(new Piece(new NormalizedText(text), 0, text.Length), pieces);
            var codePoints = CodePointOffsets.For(text);
            Assert.Equal(
                golden.GetProperty("pre").EnumerateArray().Select(p => (p[0].GetString()!, p[1][0].GetInt32(), p[1][1].GetInt32())),
                pieces.Select(p => (p.Span.ToString(), codePoints?[p.Start] ?? p.Start, codePoints?[p.End] ?? p.End)));
            compared++;
        }
        Assert.True(compared > 20);
    }

    [Theory]
    [InlineData("added-bert", false)]
    [InlineData("added-llama2", false)]
    [InlineData("added-gpt2", true)]
    public void Added_tokens_are_cut_out_as_by_the_reference(string name, bool offsetsTrimmedByByteLevel)
    {
        var tokenizer = WithWordLevel(name);
        var json = JsonNode.Parse(File.ReadAllText(File_(name)))!;
        // Those that the model could give as well are left out.
        var vocabulary = json["model"]!["vocab"]!.AsObject();
        var added = json["added_tokens"]!.AsArray().Where(t => !vocabulary.ContainsKey((string)t!["content"]!)).Select(t => (int)t!["id"]!).ToHashSet();
        var found = 0;
        foreach (var golden in Encoded(name))
        {
            var expected = Added(golden.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32()), golden.GetProperty("tokens").EnumerateArray().Select(t => t.GetString()!),
                golden.GetProperty("offsets").EnumerateArray().Select(o => new Offset(o[0].GetInt32(), o[1].GetInt32())));
            var encoding = tokenizer.Encode(golden.GetProperty("text").GetString()!);
            Assert.Equal(expected, Added(encoding.Ids, encoding.Tokens, encoding.Offsets));
            found += expected.Count;
        }
        Assert.True(found > 20);

        List<(int, string, Offset)> Added(IEnumerable<int> ids, IEnumerable<string> tokens, IEnumerable<Offset> offsets) =>
            [.. ids.Zip(tokens, offsets).Where(t => added.Contains(t.First)).Select(t => offsetsTrimmedByByteLevel ? t with { Third = default } : t)];
    }

    [Theory]
    [InlineData("bert-uncased")]
    [InlineData("bert-cased")]
    [InlineData("bpe-plain")]
    [InlineData("added-bert")]
    public void Ids_are_decoded_as_by_the_reference(string name)
    {
        var tokenizer = WithWordLevel(name);
        var compared = 0;
        foreach (var golden in GoldenCases.All(name).Where(c => c.GetProperty("kind").GetString() is "encode" or "decode"))
        {
            int[] ids = [.. golden.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32())];
            Assert.Equal(golden.GetProperty("decode").GetString(), tokenizer.Decode(ids));
            if (golden.TryGetProperty("decode_all", out var all)) Assert.Equal(all.GetString(), tokenizer.Decode(ids, skipSpecialTokens: false));
            compared++;
        }
        Assert.True(compared > 100);
    }

    /// <summary>Whatever tokens a model makes of a word, they cover what WordLevel gives one token for.</summary>
    [Theory]
    [InlineData("bert-uncased")]
    [InlineData("bert-cased")]
    [InlineData("bpe-plain")]
    [InlineData("added-bert")]
    public void Words_of_the_normalised_text_have_the_references_offsets_in_the_original(string name)
    {
        var tokenizer = WithWordLevel(name);
        var compared = 0;
        foreach (var golden in Encoded(name).Where(c => c.TryGetProperty("words", out _)))
        {
            var expected = golden.GetProperty("words").EnumerateArray().Zip(golden.GetProperty("offsets").EnumerateArray())
                .Where(t => t.First.ValueKind == JsonValueKind.Number).GroupBy(t => t.First.GetInt32(), t => t.Second)
                .Select(g => (g.Key, new Offset(g.First()[0].GetInt32(), g.Last()[1].GetInt32())));
            var actual = tokenizer.Encode(golden.GetProperty("text").GetString()!, options: new EncodeOptions { AddSpecialTokens = false });
            Assert.Equal(expected, actual.Words.Zip(actual.Offsets));
            compared++;
        }
        Assert.True(compared > 20);
    }

    const string Unknown = "[UNK]";

    static string File_(string name) => Path.Combine(GoldenCases.Folder(name), "tokenizer.json");

    static JsonCursor Json(string name) => JsonFile.Read(File_(name), 1 << 20).Root;

    static IEnumerable<JsonElement> Encoded(string name) => GoldenCases.All(name).Where(c => c.GetProperty("kind").GetString() == "encode");

    /// <summary>The tokenizer with its vocabulary in a WordLevel model, and without the components that only byte-level models have.</summary>
    static Tokenizer WithWordLevel(string name)
    {
        var json = JsonNode.Parse(File.ReadAllText(File_(name)))!;
        var vocabulary = json["model"]!["vocab"]!.DeepClone().AsObject();
        if (!vocabulary.ContainsKey(Unknown)) vocabulary.Add(Unknown, vocabulary.Max(v => (int)v.Value!) + 5_000);
        json["model"] = new JsonObject { ["type"] = "WordLevel", ["vocab"] = vocabulary, ["unk_token"] = Unknown };
        foreach (var part in new[] { "pre_tokenizer", "post_processor", "decoder" })
            if (json[part]?.ToJsonString().Contains("Byte", StringComparison.Ordinal) == true) json[part] = null;
        return Tokenizer.Parse(json.ToJsonString());
    }
}
