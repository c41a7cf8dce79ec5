using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MergeLab.Core.Yaml;

namespace MergeLab.Pipeline.Tests.Experiments;

/// <summary>Checks YAML against a JSON schema as editors do, for the keywords that our schema uses; any other keyword is an error here.</summary>
static class SchemaCheck
{
    public static bool Accepts(JsonNode? schema, YamlNode node)
    {
        if (schema is JsonValue verdict) return (bool)verdict;
        return schema!.AsObject().All(rule => rule.Key switch
        {
            "$schema" or "title" or "description" or "additionalProperties" => true,
            "type" => (rule.Value is JsonArray several ? several.Select(t => (string)t!) : [(string)rule.Value!]).Any(t => IsOf(t, node)),
            "enum" => node is YamlScalar s && rule.Value!.AsArray().Any(v => (string)v! == s.Text),
            "const" => node is YamlScalar s && (string)rule.Value! == s.Text,
            "anyOf" => rule.Value!.AsArray().Any(s => Accepts(s, node)),
            "pattern" => node is not YamlScalar s || Regex.IsMatch(s.Text, (string)rule.Value!),
            "minimum" => Number(node) is not { } n || n >= (double)rule.Value!,
            "maximum" => Number(node) is not { } n || n <= (double)rule.Value!,
            "items" => node is not YamlList l || l.Items.All(i => Accepts(rule.Value, i)),
            "minItems" => node is not YamlList l || l.Items.Count >= (int)rule.Value!,
            "uniqueItems" => node is not YamlList l || l.Items.OfType<YamlScalar>().Select(i => i.Text).Distinct().Count() == l.Items.OfType<YamlScalar>().Count(),
            "required" => node is not YamlMap m || rule.Value!.AsArray().All(k => m.Find((string)k!) is not null),
            "minProperties" => node is not YamlMap m || m.Entries.Count >= (int)rule.Value!,
            "propertyNames" => node is not YamlMap m || m.Entries.All(e => Accepts(rule.Value, new YamlScalar(e.Key, true, e.KeyPlace))),
            "properties" => Properties(schema, node),
            _ => throw new NotSupportedException(rule.Key),
        }) && (schema["properties"] is not null || Properties(schema, node));
    }

    static bool Properties(JsonNode schema, YamlNode node) =>
        node is not YamlMap map || map.Entries.All(e => Accepts(schema["properties"]?[e.Key] ?? schema["additionalProperties"] ?? true, e.Value));

    static double? Number(YamlNode node) =>
        node is YamlScalar { Quoted: false } s && double.TryParse(s.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) ? n : null;

    static bool IsOf(string type, YamlNode node) => type switch
    {
        "object" => node is YamlMap,
        "array" => node is YamlList,
        "number" => Number(node) is not null,
        "integer" => Number(node) is { } n && n == Math.Floor(n),
        "boolean" => node is YamlScalar { Quoted: false, Text: "true" or "false" },
        _ => node is YamlScalar { IsNull: false } s && (s.Quoted || (Number(node) is null && !IsOf("boolean", node))),
    };
}
