using System.Text.Json.Nodes;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Data.Tokenizers;

namespace MergeLab.Pipeline.Tests.Data.Tokenizers;

/// <summary>tokenizer.json is untrusted: what is wrong with it is said once, with the place.</summary>
public class TokenizerFileTests
{
    const string Model = """ "model": {"type": "WordLevel", "unk_token": "u", "vocab": {"u": 0, "a": 1, "b": 2}} """;

    [Theory]
    [InlineData("{\n  \"model\": {\n    ü }", 3, 5, "not valid JSON")]
    [InlineData("{\n\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"a\": 0,\n \"ü\": 1, \"b\": -1}}}", 3, 15, "'model.vocab.b' must be a whole number from 0 to 65536, not -1")]
    [InlineData("{\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"a\": 0,\n \"b\": 0}}}", 2, 7, "same id 0")]
    [InlineData("{\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"a\": 0,\n \"\\u0061\": 1}}}", 2, 2, "the key 'a' occurs twice")]
    [InlineData("{\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"a\": 4000000000}}}", 1, 48, "must be a whole number from 0 to 65536")]
    [InlineData("{\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"a\": 1.5}}}", 1, 48, "must be a whole number from 0 to 65536")]
    [InlineData("{\"model\":\n {\"type\": \"Unigram\"}}", 2, 11, "model type 'Unigram' is not supported yet; supported: WordLevel")]
    [InlineData("{\"model\": {}}", 1, 11, "'model.type' is missing")]
    [InlineData("[]", 1, 1, "the document must be an object, not an array")]
    [InlineData("{\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"\\ud800\": 1}}}", 1, 43, "not valid Unicode")]
    public void A_mistake_is_told_with_line_and_column(string json, int line, int column, string message)
    {
        var error = Assert.Throws<ProblemException>(() => Tokenizer.Parse(json, "t.json"));
        Assert.Equal(new Place("t.json", line, column), error.Problem.Where);
        Assert.Contains(message, error.Message);
        Assert.Equal(ExitCode.BadInput, error.Problem.Exit);
    }

    [Theory]
    [InlineData("\"normalizer\": {\"type\": \"Precompiled\"}", "normalizer 'Precompiled' is not supported yet")]
    [InlineData("\"normalizer\": {\"type\": \"Replace\", \"pattern\": {\"Regex\": \"(a+)+$\"}, \"content\": \"\"}", "pattern is not supported yet; supported: String")]
    [InlineData("\"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"ByteLevel\"}]}", "pre-tokenizer 'ByteLevel' is not supported yet")]
    [InlineData("\"post_processor\": {\"type\": \"ByteLevel\"}", "post-processor 'ByteLevel' is not supported yet")]
    [InlineData("\"decoder\": {\"type\": \"CTC\"}", "decoder 'CTC' is not supported yet")]
    [InlineData("\"post_processor\": {\"type\": \"BertProcessing\", \"cls\": [\"c\", 7], \"sep\": [\"b\", 2]}", "id 7, which the vocabulary lacks")]
    [InlineData("\"post_processor\": {\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\": {\"id\": \"x\", \"type_id\": 0}}], \"pair\": []}", "'x', which is not among")]
    [InlineData("\"post_processor\": {\"type\": \"TemplateProcessing\", \"single\": [{\"Sequence\": {\"id\": \"B\", \"type_id\": 0}}], \"pair\": []}", "uses a second one, B")]
    [InlineData("\"added_tokens\": [{\"id\": 1, \"content\": \"c\"}]", "the id 1 of the vocabulary's 'a'")]
    [InlineData("\"added_tokens\": [{\"id\": 9, \"content\": \"a\"}]", "the vocabulary gives it 1")]
    [InlineData("\"added_tokens\": [{\"id\": 9, \"content\": \"x\"}, {\"id\": 9, \"content\": \"y\"}]", "have the same id 9")]
    [InlineData("\"normalizer\": {\"type\": \"Strip\"}, \"added_tokens\": [{\"id\": 9, \"content\": \"\\n\\n\"}]", "empty once it is normalised")]
    [InlineData("\"padding\": {\"strategy\": {\"Fixed\": 99999999}, \"pad_id\": 0, \"pad_token\": \"u\"}", "'padding.strategy.Fixed' must be a whole number from 0 to 16777216, not 99999999")]
    public void A_component_that_is_not_supported_or_contradicts_itself_is_refused_by_name(string part, string message)
    {
        var error = Assert.Throws<ProblemException>(() => Tokenizer.Parse($"{{{part}, {Model}}}"));
        Assert.Contains(message, error.Message);
        Assert.NotNull(error.Problem.Where?.Line);
    }

    [Fact]
    public void Deep_nesting_and_large_files_are_refused()
    {
        Assert.Contains("not valid JSON", Assert.Throws<ProblemException>(() => Tokenizer.Parse(new string('[', 100_000))).Message);
        using var scratch = new ScratchFolder();
        var file = scratch.Write("tokenizer.json", new string(' ', 2_000));
        Assert.Contains("at most 1,000", Assert.Throws<ProblemException>(() => JsonFile.Read(file, 1_000)).Message);
        Assert.Contains("tokenizer.json", Assert.Throws<ProblemException>(() => Tokenizer.Load(scratch.File("nothing", "tokenizer.json"))).Message);
    }

    [Fact]
    public void A_word_outside_the_vocabulary_is_an_error_only_where_there_is_no_unknown_token()
    {
        Assert.Equal([1, 0], Tokenizer.Parse($$"""{"pre_tokenizer": {"type": "WhitespaceSplit"}, {{Model}}}""").Encode("a zebra").Ids);
        var without = Tokenizer.Parse("""{"model": {"type": "WordLevel", "unk_token": "u", "vocab": {"a": 1}}}""");
        Assert.Equal([1], without.Encode("a").Ids);
        Assert.Contains("'zebra'", Assert.Throws<ProblemException>(() => without.Encode("zebra")).Message);
    }

    [Fact]
    public void The_files_own_truncation_and_padding_are_read_but_not_applied_unasked()
    {
        var tokenizer = Tokenizer.Parse($$"""
            {"truncation": {"direction": "Left", "max_length": 2, "strategy": "OnlyFirst", "stride": 1},
             "padding": {"strategy": {"Fixed": 5}, "direction": "Left", "pad_to_multiple_of": 4, "pad_id": 2, "pad_type_id": 3, "pad_token": "b"},
             "pre_tokenizer": {"type": "WhitespaceSplit"}, {{Model}}}
            """);
        Assert.Equal(new Truncation(2, 1, TruncationStrategy.OnlyFirst, Side.Left), tokenizer.FileTruncation);
        Assert.Equal(new Padding(2, "b", 3, Side.Left, 5, 4), tokenizer.FilePadding);
        Assert.Equal([1, 2, 1], tokenizer.Encode("a b a").Ids);
        Assert.Equal([2, 2, 2, 2, 2, 2, 2, 1], tokenizer.Encode("a b a", options: new EncodeOptions { Truncation = tokenizer.FileTruncation, Padding = tokenizer.FilePadding }).Ids);
    }

    [Theory]
    [InlineData("Removed", "x|y|z")]
    [InlineData("Isolated", "-|-|x|-|y|-|-|z")]
    [InlineData("Contiguous", "--|x|-|y|--|z")]
    [InlineData("MergedWithPrevious", "-|-|x-|y-|-|z")]
    [InlineData("MergedWithNext", "-|-x|-y|-|-z")]
    public void Delimiters_go_where_the_behavior_says(string behavior, string expected)
    {
        var tokenizer = WithPreTokenizer(new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["String"] = "-" }, ["behavior"] = behavior, ["invert"] = false });
        var encoding = tokenizer.Encode("--x-y--z");
        Assert.Equal(expected, string.Join('|', encoding.Offsets.Select(o => "--x-y--z"[o.Start..o.End])));
    }

    [Theory]
    [InlineData("{\"type\": \"Digits\", \"individual_digits\": true}", "a12𝟙b", "a|1|2|𝟙|b")]
    [InlineData("{\"type\": \"Digits\", \"individual_digits\": false}", "a12𝟙b", "a|12𝟙|b")]
    [InlineData("{\"type\": \"Punctuation\"}", "a!?b", "a|!|?|b")]
    [InlineData("{\"type\": \"CharDelimiterSplit\", \"delimiter\": \"_\"}", "_a__b", "a|b")]
    [InlineData("{\"type\": \"Whitespace\"}", "𠀀𝒜x_1 é—😀!", "𠀀𝒜x_1|é|—😀!")]
    [InlineData("{\"type\": \"WhitespaceSplit\"}", "a\u0085b\u00a0c\u200bd", "a|b|c\u200bd")]
    public void Texts_are_split_by_code_points(string preTokenizer, string text, string expected)
    {
        var runes = text.EnumerateRunes().ToArray();
        var encoding = WithPreTokenizer(JsonNode.Parse(preTokenizer)!).Encode(text);
        Assert.Equal(expected, string.Join('|', encoding.Offsets.Select(o => string.Concat(runes[o.Start..o.End]))));
    }

    [Fact]
    public void A_lone_surrogate_counts_as_one_code_point()
    {
        var encoding = WithPreTokenizer(new JsonObject { ["type"] = "WhitespaceSplit" }).Encode("\ud800 a \udc00\ud83d\ude00 b");
        Assert.Equal([new Offset(0, 1), new Offset(2, 3), new Offset(4, 6), new Offset(7, 8)], encoding.Offsets);
    }

    [Fact]
    public void Many_threads_share_one_tokenizer()
    {
        var tokenizer = Tokenizer.Load(GoldenCases.Folder("wordlevel"));
        var inputs = GoldenCases.All("wordlevel").Where(c => c.TryGetProperty("text", out _)).Select(c => new TextInput(c.GetProperty("text").GetString()!)).ToList();
        var one = tokenizer.EncodeBatch(inputs);
        var eight = tokenizer.EncodeBatch(inputs, new EncodeOptions { Threads = 8 });
        Assert.Equal(one.Select(e => e.Ids), eight.Select(e => e.Ids));
        Assert.Equal(one.Select(e => e.Offsets), eight.Select(e => e.Offsets));
    }

    static Tokenizer WithPreTokenizer(JsonNode preTokenizer) => Tokenizer.Parse($$"""{"pre_tokenizer": {{preTokenizer.ToJsonString()}}, {{Model}}}""");
}
