using System.Text.Json;
using MergeLab.Core.Errors;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Tests.Vocabularies;

public sealed class ChatTemplatesTests : IDisposable
{
    readonly ScratchFolder scratch = new();
    readonly List<string> notes = [];

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Every_name_that_recipes_may_use_has_a_template()
    {
        var templates = ChatTemplateRequest.Names.Select(n => Choose(ChatTemplateKind.Named, n)!).ToList();
        Assert.Equal(5, templates.Distinct().Count());
        Assert.All(templates, t => Assert.Contains("{% for message in messages", t.Replace("{%-", "{%", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.All(templates, t => Assert.EndsWith("}\n", t, StringComparison.Ordinal));
    }

    [Fact]
    public void Auto_takes_what_most_models_have_and_of_equals_the_first_mentioned()
    {
        Folder("a", "chat_template.jinja", " {{ one }}\n");
        Folder("b", "tokenizer_config.json", """{"chat_template": "{{ two }}"}""");
        Folder("c", "tokenizer_config.json", """{"chat_template": [{"name": "tool", "template": "{{ one }}"}, {"name": "default", "template": "{{ two }} "}]}""");
        Folder("d", "chat_template.json", """{"chat_template": "{{ one }}"}""");
        Assert.Equal("{{ one }}", Choose(ChatTemplateKind.Auto, "auto", "a", "b"));
        Assert.Equal("{{ two }}", Choose(ChatTemplateKind.Auto, "auto", "a", "b", "c"));
        Assert.Equal("{{ two }}", Choose(ChatTemplateKind.Auto, "auto", "b", "a", "d", "c"));
        Assert.Empty(notes);
    }

    [Fact]
    public void Auto_without_any_template_writes_none_and_says_so()
    {
        Folder("a", "tokenizer_config.json", "{}");
        Assert.Null(Choose(ChatTemplateKind.Auto, "auto", "a"));
        Assert.Contains("no template", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_without_a_tokenizer_is_refused_where_the_recipe_asks_for_it()
    {
        Folder("a", "tokenizer_config.json", "{}");
        var place = new Place("recipe.yaml", 7, 3);
        var problem = Assert.Throws<ProblemException>(() => TokenizerFiles.Of(scratch.File("a"), null, "{{ template }}", place)).Problem;
        Assert.Equal(place, problem.Where);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"chat_template\": [{\"name\": 3}]}")]
    public void A_damaged_template_file_is_refused_or_has_none(string json)
    {
        Folder("a", "chat_template.json", json);
        if (JsonDocument.Parse(json).RootElement.ValueKind == JsonValueKind.Array) Assert.Null(Choose(ChatTemplateKind.Auto, "auto", "a"));
        else Assert.Throws<ProblemException>(() => Choose(ChatTemplateKind.Auto, "auto", "a"));
    }

    string? Choose(ChatTemplateKind kind, string text, params string[] folders) =>
        ChatTemplates.Choose(new ChatTemplateRequest(kind, text, new Place("recipe.yaml")), folders.Select(f => scratch.File(f)), notes.Add);

    void Folder(string name, string file, string text) => scratch.Write($"{name}/{file}", text);
}
