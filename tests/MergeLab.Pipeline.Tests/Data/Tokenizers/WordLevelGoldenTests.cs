using System.Text.Json;
using MergeLab.Core.Errors;
using MergeLab.Data.Tokenizers;
using MergeLab.Data.Tokenizers.Decoders;

namespace MergeLab.Pipeline.Tests.Data.Tokenizers;

/// <summary>Everything equal to the reference library: ids, tokens, offsets in code points, masks, words, decoded text.</summary>
public class WordLevelGoldenTests
{
    const string Name = "wordlevel";
    static readonly Tokenizer tokenizer = Tokenizer.Load(GoldenCases.Folder(Name));
    static readonly EncodeOptions plain = new() { AddSpecialTokens = false };

    public static TheoryData<int, string> Cases => GoldenCases.Of(Name);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_the_reference(int line, string kind)
    {
        var expected = GoldenCases.Case(Name, line);
        switch (kind)
        {
            case "encode": Encode(expected); break;
            case "pair": Pair(expected); break;
            case "words": CheckEncoding(tokenizer.EncodeWords(Strings(expected.GetProperty("input"))), expected); break;
            case "truncate": Truncate(expected); break;
            case "pad": Pad(expected); break;
            case "decode": CheckDecoded(expected, [.. Ints(expected.GetProperty("ids"))]); break;
            default: Assert.Fail($"unknown kind {kind}"); break;
        }
    }

    static void Encode(JsonElement expected)
    {
        var text = expected.GetProperty("text").GetString()!;
        var actual = tokenizer.Encode(text);
        CheckEncoding(actual, expected);
        var withoutSpecial = expected.TryGetProperty("plain_ids", out var ids) ? Ints(ids) : actual.Ids.Where((_, i) => actual.SpecialTokensMask[i] == 0);
        Assert.Equal(withoutSpecial, tokenizer.Encode(text, options: plain).Ids);
        CheckDecoded(expected, actual.Ids);
    }

    static void Pair(JsonElement expected)
    {
        var (text, pair) = (expected.GetProperty("text").GetString()!, expected.GetProperty("pair").GetString());
        var actual = tokenizer.Encode(text, pair);
        CheckEncoding(actual, expected);
        Assert.Equal(Ints(expected.GetProperty("sequence")), actual.Sequences);
        Assert.Equal(Ints(expected.GetProperty("plain_ids")), tokenizer.Encode(text, pair, plain).Ids);
    }

    static void Truncate(JsonElement expected)
    {
        var options = new EncodeOptions
        {
            AddSpecialTokens = !expected.TryGetProperty("special", out var special) || special.GetBoolean(),
            Truncation = ReadTruncation(expected.GetProperty("arguments")),
            KeepOverflow = true,
        };
        var text = expected.GetProperty("text").GetString()!;
        var pair = expected.TryGetProperty("pair", out var p) ? p.GetString() : null;
        if (expected.TryGetProperty("error", out _))
        {
            Assert.Throws<ProblemException>(() => tokenizer.Encode(text, pair, options));
            return;
        }
        var actual = tokenizer.Encode(text, pair, options);
        CheckEncoding(actual, expected);
        Assert.Equal(expected.GetProperty("overflow").EnumerateArray().Select(o => Ints(o).ToArray()), actual.Overflow.Select(o => o.Ids));
    }

    static void Pad(JsonElement expected)
    {
        var arguments = expected.GetProperty("arguments");
        var padId = expected.GetProperty("pad_id").GetInt32();
        var options = new EncodeOptions
        {
            Truncation = expected.TryGetProperty("truncate", out var truncate) ? ReadTruncation(truncate) : null,
            Padding = new Padding(padId, tokenizer.IdToToken(padId)!, Int(arguments, "pad_type_id") ?? 0, ReadSide(arguments), Int(arguments, "length"), Int(arguments, "pad_to_multiple_of") ?? 0),
            Threads = 2,
        };
        var batch = expected.GetProperty("batch").EnumerateArray()
            .Select(b => b.ValueKind == JsonValueKind.Array ? new TextInput(b[0].GetString()!, b[1].GetString()) : new TextInput(b.GetString()!)).ToList();
        var actual = tokenizer.EncodeBatch(batch, options);
        Assert.Equal(batch.Count, actual.Length);
        for (var i = 0; i < actual.Length; i++)
        {
            Assert.Equal(Ints(expected.GetProperty("ids")[i]), actual[i].Ids);
            Assert.Equal(expected.GetProperty("attention")[i].GetString(), string.Concat(actual[i].AttentionMask));
            Assert.Equal(expected.GetProperty("special")[i].GetString(), string.Concat(actual[i].SpecialTokensMask));
            Assert.Equal(Ints(expected.GetProperty("type_ids")[i]), actual[i].TypeIds);
            Assert.Equal(Offsets(expected.GetProperty("offsets")[i]), actual[i].Offsets);
        }
    }

    static void CheckEncoding(Encoding actual, JsonElement expected)
    {
        Assert.Equal(Ints(expected.GetProperty("ids")), actual.Ids);
        Assert.Equal(Offsets(expected.GetProperty("offsets")), actual.Offsets);
        Assert.Equal(expected.TryGetProperty("type_ids", out var types) ? Ints(types) : new int[actual.Length], actual.TypeIds);
        Assert.All(actual.AttentionMask, a => Assert.Equal(1, a));
        if (expected.TryGetProperty("tokens", out var tokens)) Assert.Equal(Strings(tokens), actual.Tokens);
        if (expected.TryGetProperty("special", out var special) && special.ValueKind == JsonValueKind.String)
            Assert.Equal(special.GetString(), string.Concat(actual.SpecialTokensMask));
        if (expected.TryGetProperty("words", out var words)) Assert.Equal(Ints(words), actual.Words);
    }

    static void CheckDecoded(JsonElement expected, int[] ids)
    {
        var decoded = tokenizer.Decode(ids);
        Assert.Equal(expected.GetProperty("decode").GetString(), decoded);
        if (expected.TryGetProperty("decode_all", out var all)) Assert.Equal(all.GetString(), tokenizer.Decode(ids, skipSpecialTokens: false));
        if (expected.GetProperty("kind").GetString() == "encode")
            Assert.Equal(expected.TryGetProperty("decode_clean", out var clean) ? clean.GetString() : decoded, TextCleanup.OfText(decoded));
    }

    static Truncation ReadTruncation(JsonElement arguments) => new(arguments.GetProperty("max_length").GetInt32(), Int(arguments, "stride") ?? 0,
        arguments.TryGetProperty("strategy", out var s) && s.GetString() != "longest_first" ? s.GetString() == "only_first" ? TruncationStrategy.OnlyFirst : TruncationStrategy.OnlySecond : TruncationStrategy.LongestFirst,
        ReadSide(arguments));

    static Side ReadSide(JsonElement arguments) => arguments.TryGetProperty("direction", out var d) && d.GetString() == "left" ? Side.Left : Side.Right;

    static int? Int(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetInt32() : null;

    static IEnumerable<int> Ints(JsonElement list) => list.EnumerateArray().Select(i => i.ValueKind == JsonValueKind.Null ? Encoding.None : i.GetInt32());

    static string[] Strings(JsonElement list) => [.. list.EnumerateArray().Select(s => s.GetString()!)];

    static IEnumerable<Offset> Offsets(JsonElement list) => list.EnumerateArray().Select(o => new Offset(o[0].GetInt32(), o[1].GetInt32()));
}
