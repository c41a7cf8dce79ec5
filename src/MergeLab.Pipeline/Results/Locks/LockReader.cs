using System.Globalization;
using System.Text.Json.Nodes;
using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;

namespace MergeLab.Results.Locks;

/// <summary>YAML to a lock.</summary>
public static class LockReader
{
    /// <exception cref="ProblemException">Not a lock this version reads.</exception>
    public static PipelineLock Read(string path) => Parse(File.ReadAllText(path), path);

    public static PipelineLock Parse(string text, string path)
    {
        var root = Map(YamlReader.Read(text, path));
        var schema = Text(root, "schema");
        if (schema != LockText.Schema.ToString(CultureInfo.InvariantCulture))
            throw new ProblemException($"a lock of schema {schema}", root.Place, $"this version reads {LockText.Schema}", "accept the results again");
        return new PipelineLock(
            Text(root, "experiment"),
            Map(Required(root, "tolerance")).Entries.ToDictionary(e => e.Key, e => Number(e.Value), StringComparer.Ordinal),
            Map(Required(root, "stages")).Entries.ToDictionary(e => e.Key, e => Stage(Map(e.Value)), StringComparer.Ordinal));
    }

    static LockedStage Stage(YamlMap stage) => new(
        Text(stage, "kind"), Text(stage, "key"), (int)Number(Required(stage, "code_version")), (JsonObject)Json(Required(stage, "parameters"))!,
        Digests(stage, "inputs"), Digests(stage, "outputs"), stage.Find("runtime") is null ? null : Text(stage, "runtime"));

    static Dictionary<string, string> Digests(YamlMap stage, string key) =>
        Map(Required(stage, key)).Entries.ToDictionary(e => e.Key, e => e.Value is YamlScalar digest ? digest.Text : throw Wrong(e.Value, "a digest"), StringComparer.Ordinal);

    static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMap map => new JsonObject(map.Entries.Select(e => KeyValuePair.Create(e.Key, Json(e.Value)))),
        YamlList list => new JsonArray([.. list.Items.Select(Json)]),
        YamlScalar { IsNull: true } => null,
        YamlScalar { Quoted: false, Text: "true" or "false" } flag => JsonValue.Create(flag.Text == "true"),
        YamlScalar { Quoted: false } number when long.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        YamlScalar { Quoted: false } number when double.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) => JsonValue.Create(real),
        YamlScalar text => JsonValue.Create(text.Text),
        _ => throw Wrong(node, "a value"),
    };

    static YamlMap Map(YamlNode node) => node as YamlMap ?? throw Wrong(node, "a mapping");

    static YamlNode Required(YamlMap map, string key) => map.Find(key)?.Value ?? throw new ProblemException($"'{key}' is missing from the lock", map.Place, remedy: "restore the file from git, or accept again");

    static string Text(YamlMap map, string key) => Required(map, key) is YamlScalar text ? text.Text : throw Wrong(Required(map, key), "text");

    static double Number(YamlNode node) => node is YamlScalar text && double.TryParse(text.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(node, "a number");

    static ProblemException Wrong(YamlNode node, string wanted) => new($"{node.Kind} where the lock has {wanted}", node.Place, remedy: "restore the file from git, or accept again");
}
