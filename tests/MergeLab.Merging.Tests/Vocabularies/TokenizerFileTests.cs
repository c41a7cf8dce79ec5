using System.Text;
using System.Text.Json.Nodes;
using MergeLab.Core.Errors;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Tests.Vocabularies;

public sealed class TokenizerFileTests : IDisposable
{
    const string Small = """{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}, "added_tokens": [{"id": 3, "content": "<x>", "special": true}]}""";

    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    public static TheoryData<string> Goldens => [.. Directory.EnumerateDirectories(Repository.Golden("tokenizers")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Vocabularies_of_every_model_type_are_read_whole(string name)
    {
        var folder = Repository.Golden("tokenizers", name);
        var found = TokenizerFile.Find(folder, null)!;
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "tokenizer.json")))!;
        var expected = new Dictionary<string, int>();
        if (json["model"]!["vocab"] is JsonArray pieces)
            for (var i = 0; i < pieces.Count; i++) expected[(string)pieces[i]![0]!] = i;
        else
            foreach (var (token, id) in json["model"]!["vocab"]!.AsObject()) expected[token] = (int)id!;
        foreach (var token in json["added_tokens"]!.AsArray()) expected.TryAdd((string)token!["content"]!, (int)token["id"]!);
        Assert.NotEmpty(expected);
        Assert.Equal(expected.OrderBy(p => p.Value), found.Ids.OrderBy(p => p.Value));
        Assert.All(expected, p => Assert.Equal(p.Key, found.Texts[p.Value]));
    }

    [Theory]
    [MemberData(nameof(Goldens))]
    public void A_stripped_tokenizer_holds_the_tokens_below_the_limit_and_no_other(string name)
    {
        var folder = Repository.Golden("tokenizers", name);
        var whole = TokenizerFile.Find(folder, null)!;
        var limit = whole.ModelTokens * 2 / 3;
        var stripped = TokenizerFile.Find(folder, limit)!;
        var expected = whole.Ids.Where(p => p.Value < limit).OrderBy(p => p.Value).ToList();
        Assert.Equal(expected, stripped.Ids.OrderBy(p => p.Value));
        var written = Write(new OutputVocabulary(stripped));
        Assert.Equal(expected, TokenizerFile.Find(written, null)!.Ids.OrderBy(p => p.Value));
        var (before, after) = (Model(folder), Model(written));
        foreach (var (key, value) in before)
            if (key is not ("vocab" or "merges")) Assert.Equal(value?.ToJsonString(), after[key]?.ToJsonString());
        foreach (var merge in after["merges"]?.AsArray() ?? []) Assert.All(Parts(merge!), p => Assert.True(stripped.Ids.ContainsKey(p), p));
    }

    [Fact]
    public void Appended_tokens_get_the_ids_that_a_loader_gives_them()
    {
        var vocabulary = new OutputVocabulary(TokenizerFile.Find(Folder(Small), null)!);
        vocabulary.Append(AddedToken.Plain(0, "new"));
        vocabulary.Append(AddedToken.Plain(0, "newer"));
        Assert.Equal((4, 5), (vocabulary.Ids["new"], vocabulary.Ids["newer"]));
        var read = TokenizerFile.Find(Write(vocabulary), null)!;
        Assert.Equal(["a", "b", "ab", "<x>", "new", "newer"], read.Texts);
        Assert.Equal([3, 4, 5], read.Added.Select(a => a.Id));
    }

    [Fact]
    public void A_file_without_added_tokens_gets_a_list_of_them()
    {
        var vocabulary = new OutputVocabulary(TokenizerFile.Find(Folder("""{"model": {"type": "WordLevel", "vocab": {"a": 0}}}"""), null)!);
        vocabulary.Append(AddedToken.Plain(0, "new"));
        Assert.Equal(["a", "new"], TokenizerFile.Find(Write(vocabulary), null)!.Texts);
    }

    [Fact]
    public void A_union_takes_vocabularies_by_model_and_id_then_added_tokens_and_the_first_settings()
    {
        var first = TokenizerFile.Find(Folder(Small), null)!;
        var second = TokenizerFile.Find(Folder("""{"model": {"type": "BPE", "vocab": {"z": 0, "b": 1, "y": 2}}, "added_tokens": [{"id": 2, "content": "y", "special": true}, {"id": 3, "content": "<x>", "special": false}, {"id": 4, "content": "a", "special": true}]}"""), null)!;
        var third = TokenizerFile.Find(Folder("""{"model": {"type": "BPE", "vocab": {"w": 1, "v": 0, "y": 2}}}"""), null)!;
        var (vocabulary, notes) = (new OutputVocabulary(first), new List<string>());
        vocabulary.Unite([second, third], notes.Add);
        Assert.Equal(["a", "b", "ab", "<x>", "z", "v", "w", "y"], vocabulary.Texts);
        Assert.Equal(["a", "<x>", "z", "v", "w", "y"], vocabulary.Added.Select(a => a.Content));
        Assert.True(vocabulary.Added.Single(a => a.Content == "<x>").Special);
        Assert.Contains("'<x>'", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model": {"vocab": {"a": 0, "b": 0}}}""", "same id")]
    [InlineData("""{"model": {"vocab": {"a": 2000000000}}}""", "whole number")]
    [InlineData("""{"model": {"vocab": {"a": -1}}}""", "whole number")]
    [InlineData("""{"model": {"vocab": [["a"], 5]}}""", "piece")]
    [InlineData("""{"model": {"vocab": 5}}""", "object")]
    [InlineData("""{"model": {}}""", "missing")]
    [InlineData("""{"model": {"vocab": {"a": 0}}, "added_tokens": [{"id": 0, "content": "b"}]}""", "same id")]
    [InlineData("""{"model": {"vocab": {"a": 0}}, "added_tokens": [{"content": "b"}]}""", "missing")]
    [InlineData("[", "")]
    public void A_damaged_tokenizer_is_refused_with_file_and_line(string json, string said)
    {
        var problem = Assert.Throws<ProblemException>(() => TokenizerFile.Find(Folder(json), null)).Problem;
        Assert.EndsWith("tokenizer.json", problem.Where!.File, StringComparison.Ordinal);
        Assert.Equal(1, problem.Where.Line);
        Assert.Contains(said, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_with_gaps_cannot_grow()
    {
        var vocabulary = new OutputVocabulary(TokenizerFile.Find(Folder("""{"model": {"type": "WordLevel", "vocab": {"a": 0, "b": 7}}}"""), null)!);
        Assert.Contains("gaps", Assert.Throws<ProblemException>(() => vocabulary.Append(AddedToken.Plain(0, "c"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slow_tokenizer_alone_is_refused_with_the_way_to_a_fast_one()
    {
        scratch.Write("slow/tokenizer.model", "x");
        Assert.Contains("save_pretrained", Assert.Throws<ProblemException>(() => TokenizerFile.Find(scratch.File("slow"), 5)).Problem.Remedy, StringComparison.Ordinal);
        Assert.Null(TokenizerFile.Find(scratch.Path, 5));
    }

    [Fact]
    public void Files_that_repeat_the_added_tokens_agree_with_the_tokenizer()
    {
        var folder = Folder(Small);
        var settings = """{"eos_token": "<x>", "added_tokens_decoder": {"3": {"content": "<x>"}}, "chat_template": "old"}""";
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), settings);
        File.WriteAllText(Path.Combine(folder, "added_tokens.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "chat_template.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "vocab.json"), "{}");
        var vocabulary = new OutputVocabulary(TokenizerFile.Find(folder, 3)!);
        vocabulary.Append(AddedToken.Plain(0, "new"));
        var files = TokenizerFiles.Of(null, vocabulary, "{{ a template }}", null).ToDictionary(f => f.Name, f => f.CopyOf is null ? Encoding.UTF8.GetString(f.Content.Span) : "a copy");
        Assert.Equal(["added_tokens.json", "chat_template.jinja", "tokenizer.json", "tokenizer_config.json", "vocab.json"], files.Keys.Order(StringComparer.Ordinal));
        var written = JsonNode.Parse(files["tokenizer_config.json"])!.AsObject();
        Assert.Equal(["eos_token", "added_tokens_decoder", "chat_template"], written.Select(p => p.Key));
        Assert.Equal("new", (string)Assert.Single(written["added_tokens_decoder"]!.AsObject(), p => p.Key == "3").Value!["content"]!);
        Assert.Equal("{{ a template }}", (string)written["chat_template"]!);
        Assert.Equal("""{"new":3}""", JsonNode.Parse(files["added_tokens.json"])!.ToJsonString());
        Assert.Equal("a copy", files["vocab.json"]);
    }

    int folders;

    string Folder(string tokenizer)
    {
        scratch.Write($"{++folders}/tokenizer.json", tokenizer);
        return scratch.File($"{folders}");
    }

    string Write(OutputVocabulary vocabulary)
    {
        var written = TokenizerFiles.Of(null, vocabulary, null, null).Single(f => f.Name == "tokenizer.json");
        return Folder(Encoding.UTF8.GetString(written.Content.Span));
    }

    static JsonObject Model(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "tokenizer.json")))!["model"]!.AsObject();

    static IEnumerable<string> Parts(JsonNode merge) => merge is JsonArray pair ? pair.Select(p => (string)p!) : ((string)merge!).Split(' ', 2);
}
