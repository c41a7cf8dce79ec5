using System.Globalization;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Core.Yaml;

/// <summary>
/// Typed reading of one mapping. Whoever reads a key declares it; <see cref="RefuseUnknown"/> then names every key nobody declared.
/// </summary>
public sealed class YamlFields
{
    readonly YamlMap map;
    readonly string what;
    readonly HashSet<string> known = new(StringComparer.Ordinal);

    /// <param name="node">Must be a mapping.</param>
    /// <param name="what">What the mapping describes, for messages: "a recipe", "a model".</param>
    public YamlFields(YamlNode node, string what)
    {
        map = node as YamlMap ?? throw Wrong(node, what, "a mapping");
        this.what = what;
    }

    public Place Place => map.Place;

    /// <summary>The value of a key, or null where the key is absent or null.</summary>
    public YamlNode? Optional(string key)
    {
        known.Add(key);
        return map.Find(key)?.Value is { } value and not YamlScalar { IsNull: true } ? value : null;
    }

    public YamlNode Required(string key) => Optional(key)
        ?? throw new ProblemException($"{what} without '{key}'", map.Find(key)?.KeyPlace ?? map.Place, remedy: $"add '{key}:'");

    public string? Text(string key) => Optional(key) is { } node ? Text(node, $"'{key}'") : null;

    public double? Number(string key, double least, double most) => Optional(key) is { } node ? Number(node, $"'{key}'", least, most) : null;

    public int? WholeNumber(string key, int least, int most)
    {
        if (Optional(key) is not { } node) return null;
        return Value(node) is { } value && value == Math.Floor(value) && value >= least && value <= most ? (int)value
            : throw Wrong(node, $"'{key}'", WrongValue.WholeNumber(least, most));
    }

    /// <summary>One of a fixed set of words.</summary>
    public string? Choice(string key, IReadOnlyCollection<string> words)
    {
        if (Optional(key) is not { } node) return null;
        var word = Text(node, $"'{key}'");
        return words.Contains(word, StringComparer.Ordinal) ? word : throw WrongValue.Unknown($"'{key}'", word, words, node.Place);
    }

    /// <summary>Refuses keys that nobody has read so far.</summary>
    /// <param name="alsoKnown">Keys that exist but do not apply here, each with the reason why it is refused.</param>
    public void RefuseUnknown(IReadOnlyDictionary<string, string>? alsoKnown = null)
    {
        if (map.Entries.FirstOrDefault(e => !known.Contains(e.Key)) is not { } odd) return;
        if (alsoKnown is not null && alsoKnown.TryGetValue(odd.Key, out var reason))
            throw new ProblemException($"'{odd.Key}' is not supported here", odd.KeyPlace, reason, "remove it");
        throw new ProblemException($"unknown key '{odd.Key}' in {what}", odd.KeyPlace, remedy: Suggestion.For(odd.Key, known));
    }

    public static string Text(YamlNode node, string what) =>
        node is YamlScalar { IsNull: false } scalar ? scalar.Text : throw Wrong(node, what, "text");

    public static double Number(YamlNode node, string what, double least, double most) =>
        Value(node) is { } value && value >= least && value <= most ? value : throw Wrong(node, what, WrongValue.Number(least, most));

    public static YamlList List(YamlNode node, string what) => node as YamlList ?? throw Wrong(node, what, "a list");

    static double? Value(YamlNode node) =>
        node is YamlScalar { Quoted: false } scalar && double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    static ProblemException Wrong(YamlNode node, string what, string wanted) => WrongValue.Of(what, wanted, node.Kind, node.Place);
}
