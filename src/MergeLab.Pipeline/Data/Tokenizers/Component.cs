using MergeLab.Core.Json;

namespace MergeLab.Data.Tokenizers;

/// <summary>What the readers of all kinds of components share: they are chosen by "type", and those unknown here are refused by name.</summary>
static class Component
{
    public static T Read<T>(JsonCursor at, string kind, IReadOnlyDictionary<string, Func<JsonCursor, T>> known)
    {
        var type = at.Get("type");
        var name = type.AsString();
        return known.TryGetValue(name, out var read)
            ? read(at)
            : throw type.Problem($"{kind} '{name}' is not supported yet; supported: {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}");
    }

    /// <summary>A literal pattern: <c>{"String": "…"}</c>.</summary>
    public static string LiteralPattern(JsonCursor at)
    {
        var pattern = at.Get("pattern");
        if (pattern.IsString) return pattern.AsString();
        if (pattern.Find("String") is { } literal) return literal.AsString();
        throw pattern.Problem("pattern is not supported yet; supported: String");
    }

    public static char OneCharacter(JsonCursor at) => at.AsString() is [var c] ? c : throw at.Problem($"'{at.AsString()}' is not one character");

    public static bool Flag(JsonCursor at, string name, bool otherwise) => at.Find(name)?.AsBool() ?? otherwise;
}
