using System.Text.Json.Nodes;
using MergeLab.Core.Errors;
using MergeLab.Merging.Tests.Output;

namespace MergeLab.Merging.Tests.Vocabularies;

/// <summary>Recorded recipes that ask something wrong, or something the reference does wrong, of tokenizer or chat template.</summary>
public sealed class TokenizerRequestTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    static readonly List<JsonObject> Recorded = [.. File.ReadLines(RecipeCase.Root("invalid.jsonl")).Select(l => JsonNode.Parse(l)!.AsObject())
        .Where(r => ((string)r["id"]!).StartsWith("bad-tok-", StringComparison.Ordinal) || ((string)r["id"]!).StartsWith("bad-chat-", StringComparison.Ordinal))];

    public static TheoryData<string> Wrong => new(Recorded.Where(r => (string)r["ours"]! == "error").Select(r => (string)r["id"]!));

    [Fact]
    public void There_are_recorded_mistakes() => Assert.True(Recorded.Count >= 12);

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_request_is_refused_with_its_line_before_anything_is_written(string id)
    {
        var problem = Assert.Throws<ProblemException>(() => RecipeRun.Write(Yaml(id), scratch.File("merged"))).Problem;
        Assert.Equal(ExitCode.BadInput, problem.Exit);
        Assert.Equal("recipe.yaml", problem.Where?.File);
        Assert.NotNull(problem.Where!.Line);
        Assert.NotNull(problem.Why ?? problem.Remedy);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch.Path));
    }

    [Fact]
    public void A_token_that_the_base_lacks_is_added_to_it()
    {
        RecipeRun.Write(Yaml("bad-tok-new-base"), scratch.File("merged"));
        var tokenizer = JsonNode.Parse(File.ReadAllText(scratch.File("merged", "tokenizer.json")))!;
        var added = tokenizer["added_tokens"]!.AsArray().Last()!;
        Assert.Equal(("quux", 101), ((string)added["content"]!, (int)added["id"]!));
        Assert.Equal(102, (int)JsonNode.Parse(File.ReadAllText(scratch.File("merged", "config.json")))!["vocab_size"]!);
    }

    [Fact]
    public void A_model_without_a_tokenizer_is_taken_to_have_the_bases_and_that_is_said()
    {
        var notes = RecipeRun.Write(Yaml("bad-tok-none-other"), scratch.File("merged"));
        var note = Assert.Single(notes, n => n.Contains("tokenizer", StringComparison.Ordinal));
        Assert.Equal("models/bad-notok has no tokenizer; it is taken to be that of models/tiny-a", note);
        Assert.Contains($"- {note}\n", File.ReadAllText(scratch.File("merged", "README.md")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer: {source: base, tokens: {quux: {source: {kind: zero}}}}", 0)]
    [InlineData("tokenizer: {source: base, tokens: {quux: {source: {kind: model_token, model: models/llama-a, token_id: 3}}}}", 0)]
    [InlineData("tokenizer: {source: base, tokens: {quux: {force: true}}}", 2)]
    public void A_row_of_zeros_that_nobody_asked_for_is_said(string section, int notes)
    {
        var said = RecipeRun.Write($"merge_method: linear\nmodels: [{{model: models/llama-a, parameters: {{weight: 1}}}}]\nbase_model: models/llama-a\n{section}\n", scratch.File("merged"));
        Assert.Equal(notes, said.Count(n => n.Contains("'quux'", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_tokens_of_a_model_that_is_not_merged_can_be_the_source()
    {
        var notes = RecipeRun.Write("merge_method: linear\nmodels: [{model: models/llama-a, parameters: {weight: 1}}]\ntokenizer_source: models/llama-perm\n", scratch.File("merged"));
        Assert.Equal(File.ReadAllBytes(RecipeCase.Root("models", "llama-perm", "tokenizer.json")), File.ReadAllBytes(scratch.File("merged", "tokenizer.json")));
        Assert.NotEmpty(notes); // tokens that llama-a lacks
    }

    static string Yaml(string id) => (string)Recorded.Single(r => (string)r["id"]! == id)["yaml"]!;
}
