using System.Globalization;
using System.Text.Json.Nodes;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Output;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Tests.Output;

/// <summary>A recorded recipe of goldens/recipes, read without the product's recipe reader: models, slices, what it asks of the tokenizer.</summary>
sealed class RecipeCase : IDisposable
{
    readonly YamlMap recipe;
    readonly List<(string Model, string? Adapter)> mentioned = [];
    YamlNode? mentionedFirst;

    RecipeCase(string name, string text)
    {
        Name = name;
        Text = text;
        recipe = (YamlMap)YamlReader.Read(text, "recipe.yaml");
        if (Value("base_model") is { } named) Mention(named);
        HasBase = mentioned.Count > 0;
        Walk(recipe);
        Inputs = [.. mentioned.Select((m, i) => new MergedInput(Model(m.Model, m.Adapter), Open(m), HasBase && i == 0))];
    }

    public static IEnumerable<string> All => Directory.EnumerateDirectories(Root("cases")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal);

    public string Name { get; }

    public string Text { get; }

    public bool HasBase { get; }

    /// <summary>In order of mention, the base first.</summary>
    public IReadOnlyList<MergedInput> Inputs { get; }

    public static string Root(params string[] parts) => Repository.Golden(["recipes", .. parts]);

    public static RecipeCase Open(string name) => new(name, System.IO.File.ReadAllText(Root("cases", name, "recipe.yaml")));

    public static RecipeCase Parse(string name, string text) => new(name, text);

    public string File(string name) => Root("cases", Name, name);

    public JsonObject Expected => JsonNode.Parse(System.IO.File.ReadAllText(File("expected.json")))!.AsObject();

    public string? Setting(string key) => (Value(key) as YamlScalar)?.Text;

    /// <summary>Name, type and shape of what the reference wrote.</summary>
    public IReadOnlyList<TensorSpec> Written => [.. System.IO.File.ReadLines(Root("cases", (string?)Expected["output"]!["tensors_same_as"] ?? Name, "tensors.jsonl")).Select(l =>
    {
        var line = JsonNode.Parse(l)!.AsArray();
        Assert.True(DTypes.TryParse((string)line[1]!, out var type));
        return new TensorSpec((string)line[0]!, type, [.. line[2]!.AsArray().Select(d => (long)d!)]);
    })];

    /// <summary>A file the reference wrote: recorded, or a copy of an input.</summary>
    public string? WrittenFile(string name) => System.IO.File.Exists(File(name)) ? File(name)
        : (string?)Expected["output"]!["copies"]?[name] is { } copy ? Root(copy.Split('/')) : null;

    /// <summary>Weight of each input; the base has none unless it is listed.</summary>
    public double? Weight(MergedInput input) => ((YamlList)Value("models")!).Items.Cast<YamlMap>()
        .Where(m => ((YamlScalar)m.Find("model")!.Value).Text == input.Reference.ToString())
        .Select(m => (double?)double.Parse(((YamlScalar)((YamlMap)m.Find("parameters")!.Value).Find("weight")!.Value).Text, CultureInfo.InvariantCulture)).FirstOrDefault();

    public TokenizerRequest? Request()
    {
        if (Value("tokenizer_source") is { } legacy) return Source(((YamlScalar)legacy).Text, [], null, legacy.Place);
        if (Value("tokenizer") is not YamlMap section) return null;
        var tokens = (section.Find("tokens")?.Value as YamlMap)?.Entries.Select(Rule).ToList() ?? [];
        var padding = section.Find("pad_to_multiple_of")?.Value is YamlScalar number ? int.Parse(number.Text, CultureInfo.InvariantCulture) : (int?)null;
        return Source((section.Find("source")?.Value as YamlScalar)?.Text ?? "union", tokens, padding, section.Place);
    }

    public VocabularyPlan? Plan() => Request() is { } request ? VocabularyPlan.Of(request, [.. Inputs.Select(i => i.Vocabulary)], HasBase) : null;

    /// <param name="tensors">What is written; null for what the reference wrote.</param>
    public MergedContents Contents(IReadOnlyList<TensorSpec>? tensors = null)
    {
        var type = Setting("out_dtype") ?? Setting("dtype");
        return new MergedContents
        {
            Tensors = tensors ?? Written,
            Method = new Method(Setting("merge_method")!, "A method", "-", [], []),
            Recipe = Text,
            Inputs = Inputs,
            DType = type is not null && DTypes.TryParseTorch(type, out var parsed) ? parsed : null,
            Layers = Layers(),
            Architecture = (mentionedFirst as YamlMap)?.Find("override_architecture")?.Value is YamlScalar architecture ? architecture.Text : null,
            Vocabulary = Plan(),
            ChatTemplate = Setting("chat_template") is { } template ? new ChatTemplateRequest(template switch
            {
                "auto" => ChatTemplateKind.Auto,
                "chatml" => ChatTemplateKind.Named,
                _ => ChatTemplateKind.Literal,
            }, template, Value("chat_template")!.Place) : null,
        };
    }

    public void Dispose()
    {
        foreach (var input in Inputs) input.Source.Dispose();
    }

    Dictionary<string, IReadOnlyList<ConfigLayer>> Layers()
    {
        if (Value("slices") is not YamlList slices) return [];
        var origins = new List<ConfigLayer>();
        foreach (var first in slices.Items.Cast<YamlMap>().Select(s => (YamlMap)((YamlList)s.Find("sources")!.Value).Items[0]))
        {
            var config = Path.Combine(Root(Reference(first.Find("model")!.Value).Model), "config.json");
            var range = ((YamlList)first.Find("layer_range")!.Value).Items.Select(i => int.Parse(((YamlScalar)i).Text, CultureInfo.InvariantCulture)).ToList();
            origins.AddRange(Enumerable.Range(range[0], range[1] - range[0]).Select(l => new ConfigLayer(config, l)));
        }
        return new() { ["num_hidden_layers"] = origins };
    }

    static TokenizerRequest Source(string text, IReadOnlyList<TokenRequest> tokens, int? padding, Place place) => text switch
    {
        "union" => new(VocabularySource.Union, null, tokens, padding, place),
        "base" => new(VocabularySource.Base, null, tokens, padding, place),
        _ => new(VocabularySource.Model, Model(text), tokens, padding, place),
    };

    static TokenRequest Rule(YamlEntry entry)
    {
        var map = (YamlMap)entry.Value;
        TokenRow row = map.Find("source")!.Value switch
        {
            YamlScalar model => new TokenRow.OfModel(Model(model.Text)),
            YamlMap { Entries.Count: 1 } => new TokenRow.Zero(),
            YamlMap given when given.Find("token") is { } token => new TokenRow.OfToken(Model(Text(given, "model")), ((YamlScalar)token.Value).Text, null),
            YamlMap given => new TokenRow.OfToken(Model(Text(given, "model")), null, int.Parse(Text(given, "token_id"), CultureInfo.InvariantCulture)),
            _ => throw new InvalidOperationException(),
        };
        return new TokenRequest(entry.Key, row, map.Find("force")?.Value is YamlScalar { Text: "true" }, entry.KeyPlace);

        static string Text(YamlMap map, string key) => ((YamlScalar)map.Find(key)!.Value).Text;
    }

    static ModelReference Model(string model, string? adapter = null) => new(model, adapter, new Place("recipe.yaml"));

    YamlNode? Value(string key) => recipe.Find(key)?.Value;

    void Walk(YamlNode node)
    {
        if (node is YamlList list)
            foreach (var item in list.Items) Walk(item);
        if (node is not YamlMap map) return;
        // The reference lists the sources of a slice before the slice's own base.
        foreach (var entry in map.Entries.OrderBy(e => e.Key == "base_model"))
        {
            if (entry.Key is "model" or "base_model") Mention(entry.Value);
            else if (entry.Key is "models" or "slices" or "sources" or "modules" or "default" or "encoder" or "decoder" or "text_decoder") Walk(entry.Value);
        }
    }

    void Mention(YamlNode node)
    {
        var reference = Reference(node);
        mentionedFirst ??= node;
        if (!mentioned.Contains(reference)) mentioned.Add(reference);
    }

    static (string Model, string? Adapter) Reference(YamlNode node)
    {
        if (node is YamlScalar text) return text.Text.Split('+') is [var model, var adapter] ? (model, adapter) : (text.Text, null);
        var map = (YamlMap)node;
        return (Path(map.Find("model")!.Value), map.Find("lora") is { } lora ? Path(lora.Value) : null);

        static string Path(YamlNode node) => ((YamlScalar)(node is YamlMap map ? map.Find("path")!.Value : node)).Text;
    }

    static WeightSource Open((string Model, string? Adapter) reference) =>
        reference.Adapter is null ? Checkpoint.Open(Root(reference.Model)) : AdaptedModel.Open(Root(reference.Model), Root(reference.Adapter));
}
