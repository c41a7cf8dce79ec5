using System.Globalization;
using System.Text.Json.Nodes;
using MergeLab.Core.Yaml;

namespace MergeLab.Experiments.Reading;

/// <summary>Takes values out of nodes whose shape has been checked already.</summary>
static class CheckedYaml
{
    /// <summary>The value of a key, or null where the key is absent or null.</summary>
    public static YamlNode? Get(this YamlNode node, string key) =>
        ((YamlMap)node).Find(key)?.Value is { } value and not YamlScalar { IsNull: true } ? value : null;

    public static YamlNode Need(this YamlNode node, string key) => node.Get(key)!;

    public static string Text(this YamlNode node) => ((YamlScalar)node).Text;

    public static string? TextOf(this YamlNode node, string key) => node.Get(key)?.Text();

    public static double Number(this YamlNode node) => double.Parse(node.Text(), NumberStyles.Float, CultureInfo.InvariantCulture);

    public static bool FlagOf(this YamlNode node, string key) => node.TextOf(key) == "true";

    public static IReadOnlyList<YamlNode> Items(this YamlNode? node) => node is YamlList list ? list.Items : [];

    public static IReadOnlyList<YamlEntry> Entries(this YamlNode? node) => node is YamlMap map ? map.Entries : [];

    /// <summary>The same value as JSON: plain numbers as numbers, other scalars as text.</summary>
    public static JsonNode Json(this YamlNode node) => node switch
    {
        YamlScalar { Quoted: false } scalar when double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(number),
        YamlScalar scalar => JsonValue.Create(scalar.Text),
        YamlList list => new JsonArray([.. list.Items.Select(Json)]),
        _ => new JsonObject(node.Entries().Select(e => KeyValuePair.Create(e.Key, (JsonNode?)e.Value.Json()))),
    };
}
