using System.Text.Json.Nodes;
using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;

namespace MergeLab.Experiments.Shapes;

/// <summary>A key of a mapping.</summary>
/// <param name="Name">As files write it.</param>
/// <param name="Shape">Of its value.</param>
/// <param name="Meaning">One sentence, which editors show.</param>
/// <param name="Required">Whether it must be there.</param>
sealed record Key(string Name, Shape Shape, string Meaning, bool Required = false);

/// <summary>Keys that depend on the word another key has.</summary>
/// <param name="Tag">The key that decides; one of the mapping's own, with a <see cref="ChoiceShape"/>, required.</param>
/// <param name="Keys">Further keys by its word.</param>
sealed record Variation(string Tag, IReadOnlyDictionary<string, IReadOnlyList<Key>> Keys);

/// <summary>A mapping with known keys.</summary>
sealed record MapShape(IReadOnlyList<Key> Keys) : Shape
{
    public override string Wanted => "a mapping";

    public Variation? By { get; init; }

    /// <summary>Keys that exist but cannot be used, each with the reason.</summary>
    public IReadOnlyDictionary<string, string>? Refused { get; init; }

    public override void Check(YamlNode node, string what)
    {
        var fields = new YamlFields(node, what);
        IReadOnlyList<Key> keys = Keys;
        if (By is not null)
        {
            var tag = fields.Required(By.Tag);
            Keys.First(k => k.Name == By.Tag).Shape.Check(tag, $"'{By.Tag}'");
            keys = [.. keys, .. By.Keys[((YamlScalar)tag).Text]];
        }
        // Unknown keys first: a misspelt required key is better named than missed.
        foreach (var key in keys) fields.Optional(key.Name);
        fields.RefuseUnknown(Refused);
        foreach (var key in keys)
            if ((key.Required ? fields.Required(key.Name) : fields.Optional(key.Name)) is { } value) key.Shape.Check(value, $"'{key.Name}'");
    }

    /// <summary>Where keys vary, one whole mapping for each word: the drafts that editors know have no shorter form that forbids the other words' keys.</summary>
    public override JsonObject Schema() => By is null ? Schema(Keys) : new JsonObject
    {
        ["anyOf"] = new JsonArray([.. By.Keys.Select(word =>
        {
            var schema = Schema([.. Keys, .. word.Value]);
            var tag = schema["properties"]![By.Tag]!.AsObject();
            tag.Remove("enum");
            tag["const"] = word.Key;
            return (JsonNode)schema;
        })]),
    };

    static JsonObject Schema(IReadOnlyList<Key> keys)
    {
        var schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = Properties(keys) };
        if (keys.Any(k => k.Required)) schema["required"] = Texts(keys.Where(k => k.Required).Select(k => k.Name));
        return schema;
    }

    static JsonObject Properties(IEnumerable<Key> keys)
    {
        var properties = new JsonObject();
        foreach (var key in keys)
        {
            var schema = key.Shape.Schema();
            schema.Insert(0, "description", key.Meaning);
            properties[key.Name] = schema;
        }
        return properties;
    }
}

/// <summary>A mapping whose keys the file chooses.</summary>
/// <param name="Name">What a key must be.</param>
/// <param name="Value">Shape of each value.</param>
/// <param name="Noun">What a key names: "task".</param>
sealed record NamedMapShape(TextShape Name, Shape Value, string Noun) : Shape
{
    public override string Wanted => "a mapping";

    public override void Check(YamlNode node, string what)
    {
        if (node is not YamlMap map) throw Wrong(node, what);
        if (map.Entries.Count > ListShape.Most)
            throw new ProblemException($"{what} has {map.Entries.Count} entries", node.Place, $"more than {ListShape.Most} are not read", "split the experiment");
        if (map.Entries.Count == 0) throw new ProblemException($"{what} is empty", node.Place, remedy: $"name at least one {Noun}");
        foreach (var entry in map.Entries)
        {
            Name.Check(new YamlScalar(entry.Key, Quoted: true, entry.KeyPlace), $"{Noun} name");
            Value.Check(entry.Value, $"{Noun} '{entry.Key}'");
        }
    }

    public override JsonObject Schema() => new()
    {
        ["type"] = "object",
        ["minProperties"] = 1,
        ["propertyNames"] = Name.Schema(),
        ["additionalProperties"] = Value.Schema(),
    };
}
