using MergeLab.Core.Errors;
using MergeLab.Core.Json;

namespace MergeLab.Checkpoints;

/// <summary>
/// A JSON object of settings (<c>config.json</c>, <c>adapter_config.json</c>) behind getters that check kind and range, so that an absurd
/// number is refused with its line before anything is computed or allocated from it. A key with value null counts as absent.
/// </summary>
public sealed class ModelConfig
{
    ModelConfig(JsonCursor root) => Root = root;

    public string File => Root.File;

    /// <summary>Everything, in the order of the file.</summary>
    public JsonCursor Root { get; }

    public IEnumerable<string> Keys => Root.Properties().Select(p => p.Name);

    /// <exception cref="ProblemException">The file is missing or not a JSON object.</exception>
    public static ModelConfig Read(string file) => JsonFile.Read(file).Root is var root && root.IsObject ? new ModelConfig(root) : throw root.Wrong("an object");

    /// <summary>The key is there and not null.</summary>
    public bool Has(string key) => Root.Find(key) is not null;

    public int GetInt(string key, int min, int max) => Root.Get(key).AsInt(min, max);

    public int GetInt(string key, int min, int max, int absent) => Root.Find(key)?.AsInt(min, max) ?? absent;

    public double GetNumber(string key, double min, double max) => Root.Get(key).AsNumber(min, max);

    public double GetNumber(string key, double min, double max, double absent) => Root.Find(key)?.AsNumber(min, max) ?? absent;

    public bool GetBool(string key, bool absent) => Root.Find(key)?.AsBool() ?? absent;

    public string GetText(string key) => Root.Get(key).AsString();

    public string? GetText(string key, string? absent) => Root.Find(key)?.AsString() ?? absent;

    /// <summary>One of the given words.</summary>
    public string GetChoice(string key, string absent, params ReadOnlySpan<string> known) => Root.Find(key) is { } value ? value.AsOneOf(known) : absent;

    /// <summary>A list of strings; a lone string counts as a list of one.</summary>
    public IReadOnlyList<string> GetTexts(string key) => Root.Find(key) is not { } value ? [] : value.Kind switch
    {
        JsonKind.Text => [value.AsString()],
        JsonKind.List => [.. value.Items().Select(i => i.AsString())],
        _ => throw value.Wrong("a list of strings"),
    };

    /// <summary>A list of whole numbers; a lone number counts as a list of one.</summary>
    public IReadOnlyList<int> GetInts(string key, int min, int max) => Root.Find(key) is not { } value ? [] : value.Kind switch
    {
        JsonKind.Number => [value.AsInt(min, max)],
        JsonKind.List => [.. value.Items().Select(i => i.AsInt(min, max))],
        _ => throw value.Wrong("a list of whole numbers"),
    };

    /// <summary>A nested object, or null.</summary>
    public ModelConfig? GetSection(string key) => Root.Find(key) is not { } value ? null : value.IsObject ? new ModelConfig(value) : throw value.Wrong("an object");

    /// <summary>Where a key's value stands; the object itself where the key is absent.</summary>
    public Place PlaceOf(string key) => (Root.Find(key) ?? Root).Place;
}
