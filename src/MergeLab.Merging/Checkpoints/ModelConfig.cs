using System.Globalization;
using MergeLab.Checkpoints.Json;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Checkpoints;

/// <summary>
/// A JSON object of settings (<c>config.json</c>, <c>adapter_config.json</c>) behind getters that check kind and range, so that an absurd
/// number is refused with its line before anything is computed or allocated from it. A key with value null counts as absent.
/// </summary>
public sealed class ModelConfig
{
    readonly string prefix;

    ModelConfig(string file, JsonValue root, string prefix)
    {
        File = file;
        Root = root;
        this.prefix = prefix;
    }

    public string File { get; }

    /// <summary>Everything, in the order of the file.</summary>
    public JsonValue Root { get; }

    public IEnumerable<string> Keys => Root.Members.Select(m => m.Key);

    /// <exception cref="ProblemException">The file is missing or not a JSON object.</exception>
    public static ModelConfig Read(string file)
    {
        var root = JsonTree.ReadFile(file);
        return root.Kind == JsonKind.Map ? new ModelConfig(file, root, "") : throw new ProblemException("not a JSON object", new Place(file, root.Line, root.Column));
    }

    /// <summary>The key is there and not null.</summary>
    public bool Has(string key) => Find(key) is not null;

    public int GetInt(string key, int min, int max) => Int(Need(key), key, min, max);

    public int GetInt(string key, int min, int max, int absent) => Find(key) is { } value ? Int(value, key, min, max) : absent;

    public double GetNumber(string key, double min, double max) => Number(Need(key), key, min, max);

    public double GetNumber(string key, double min, double max, double absent) => Find(key) is { } value ? Number(value, key, min, max) : absent;

    public bool GetBool(string key, bool absent) => Find(key) is not { } value ? absent
        : value.Kind == JsonKind.Bool ? value.Scalar == "true" : throw Bad(value, key, "true or false");

    public string GetText(string key) => Text(Need(key), key);

    public string? GetText(string key, string? absent) => Find(key) is { } value ? Text(value, key) : absent;

    /// <summary>One of the given words.</summary>
    public string GetChoice(string key, string absent, params ReadOnlySpan<string> known)
    {
        if (Find(key) is not { } value) return absent;
        var text = Text(value, key);
        foreach (var word in known)
            if (word == text) return text;
        throw new ProblemException($"{prefix}{key}: '{text}' is not known here", Place(value), remedy: Suggestion.For(text, known.ToArray()));
    }

    /// <summary>A list of strings; a lone string counts as a list of one.</summary>
    public IReadOnlyList<string> GetTexts(string key)
    {
        if (Find(key) is not { } value) return [];
        if (value.Kind == JsonKind.Text) return [value.Scalar];
        return value.Kind == JsonKind.List ? [.. value.Items.Select(i => Text(i, key))] : throw Bad(value, key, "a list of strings");
    }

    /// <summary>A list of whole numbers; a lone number counts as a list of one.</summary>
    public IReadOnlyList<int> GetInts(string key, int min, int max)
    {
        if (Find(key) is not { } value) return [];
        if (value.Kind == JsonKind.Number) return [Int(value, key, min, max)];
        return value.Kind == JsonKind.List ? [.. value.Items.Select(i => Int(i, key, min, max))] : throw Bad(value, key, "a list of whole numbers");
    }

    /// <summary>A nested object, or null.</summary>
    public ModelConfig? GetSection(string key) => Find(key) is not { } value ? null
        : value.Kind == JsonKind.Map ? new ModelConfig(File, value, $"{prefix}{key}.") : throw Bad(value, key, "an object");

    /// <summary>Where a key's value stands; the object itself where the key is absent.</summary>
    public Place PlaceOf(string key) => Place(Find(key) ?? Root);

    JsonValue? Find(string key) => Root[key] is { Kind: not JsonKind.Null } value ? value : null;

    JsonValue Need(string key) => Find(key) ?? throw new ProblemException($"'{prefix}{key}' is missing", Place(Root));

    int Int(JsonValue value, string key, int min, int max) =>
        value.Kind == JsonKind.Number && double.TryParse(value.Scalar, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max && number == Math.Floor(number)
            ? (int)number
            : throw Bad(value, key, string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"));

    double Number(JsonValue value, string key, double min, double max) =>
        value.Kind == JsonKind.Number && double.TryParse(value.Scalar, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw Bad(value, key, string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"));

    string Text(JsonValue value, string key) => value.Kind == JsonKind.Text ? value.Scalar : throw Bad(value, key, "a string");

    Place Place(JsonValue value) => new(File, value.Line, value.Column);

    ProblemException Bad(JsonValue value, string key, string wanted)
    {
        var got = value.Kind switch { JsonKind.List => "a list", JsonKind.Map => "an object", _ => value.Scalar.Length > 40 ? value.Scalar[..40] + "…" : value.Scalar };
        return new ProblemException($"'{prefix}{key}' must be {wanted}", Place(value), $"it is {got}");
    }
}
