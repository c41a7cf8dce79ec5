using System.Text.Json;
using System.Text.Unicode;
using MergeLab.Core.Errors;

namespace MergeLab.Checkpoints.Json;

/// <summary>What a <see cref="JsonTree"/> value is.</summary>
public enum JsonKind
{
    Null,
    Bool,
    Number,
    Text,
    List,
    Map,
}

/// <summary>One value of a parsed document, with the place it came from.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Scalar">Numbers as written; text; "true" or "false".</param>
/// <param name="Items">Of a list.</param>
/// <param name="Members">Of a map, in the order of the file.</param>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based, in bytes.</param>
public sealed record JsonValue(JsonKind Kind, string Scalar, IReadOnlyList<JsonValue> Items, IReadOnlyList<KeyValuePair<string, JsonValue>> Members, int Line, int Column)
{
    /// <summary>The member of that name, or null.</summary>
    public JsonValue? this[string key]
    {
        get
        {
            foreach (var (name, value) in Members)
                if (name == key) return value;
            return null;
        }
    }
}

/// <summary>
/// Reads small untrusted JSON files into a tree that remembers order and places. Bounded in bytes, depth and number of values;
/// duplicate keys, comments, trailing commas and invalid UTF-8 are errors.
/// </summary>
public static class JsonTree
{
    public const int LongestFile = 64 << 20;

    const int DeepestNesting = 64;
    const int MostValues = 4_000_000;

    /// <exception cref="ProblemException">The file is missing, too long, or not JSON; with line and column.</exception>
    public static JsonValue ReadFile(string path)
    {
        byte[] bytes;
        try
        {
            using var handle = File.OpenHandle(path);
            var length = RandomAccess.GetLength(handle);
            if (length > LongestFile) throw new ProblemException("the JSON file is too long", new Place(path), $"{length} bytes; at most {LongestFile} are read");
            bytes = new byte[length];
            var got = 0;
            while (got < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(got), got) is var n and > 0) got += n;
            if (got < bytes.Length) throw new ProblemException("the file became shorter while it was read", new Place(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ProblemException("no such file", new Place(path), remedy: "check the path", inner: e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ProblemException("the file cannot be read", new Place(path), e.Message, "check the permissions", inner: e);
        }
        return Parse(bytes, path);
    }

    /// <param name="utf8">The document.</param>
    /// <param name="path">For messages.</param>
    public static JsonValue Parse(ReadOnlySpan<byte> utf8, string path)
    {
        if (utf8.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        if (!Utf8.IsValid(utf8)) throw new ProblemException("the file is not valid UTF-8", new Place(path));
        var builder = new Builder(path, utf8);
        try
        {
            return builder.Whole();
        }
        catch (JsonException e)
        {
            throw new ProblemException("not valid JSON", new Place(path, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1), e.Message, inner: e);
        }
        catch (InvalidOperationException e)
        {
            var (line, column) = builder.Here();
            throw new ProblemException("not valid JSON", new Place(path, line, column), e.Message, inner: e);
        }
    }

    ref struct Builder(string path, ReadOnlySpan<byte> utf8)
    {
        readonly ReadOnlySpan<byte> utf8 = utf8;
        Utf8JsonReader reader = new(utf8, new JsonReaderOptions { MaxDepth = DeepestNesting });
        int line = 1;
        int lineStart;
        int seen;
        int values;

        public JsonValue Whole()
        {
            reader.Read();
            var value = Value();
            while (reader.Read())
            {
                // To the end: the reader throws at anything but white space after the document.
            }
            return value;
        }

        /// <summary>Line and column of the current token; each byte is looked at once over the whole parse.</summary>
        public (int Line, int Column) Here()
        {
            var at = (int)reader.TokenStartIndex;
            for (; seen < at; seen++)
            {
                if (utf8[seen] != (byte)'\n') continue;
                line++;
                lineStart = seen + 1;
            }
            return (line, at - lineStart + 1);
        }

        JsonValue Value()
        {
            var (atLine, atColumn) = Here();
            if (++values > MostValues) throw new ProblemException($"the file holds more than {MostValues} JSON values", new Place(path, atLine, atColumn));
            return reader.TokenType switch
            {
                JsonTokenType.Null => new JsonValue(JsonKind.Null, "null", [], [], atLine, atColumn),
                JsonTokenType.True or JsonTokenType.False => new JsonValue(JsonKind.Bool, reader.GetBoolean() ? "true" : "false", [], [], atLine, atColumn),
                JsonTokenType.Number => new JsonValue(JsonKind.Number, System.Text.Encoding.UTF8.GetString(reader.ValueSpan), [], [], atLine, atColumn),
                JsonTokenType.String => new JsonValue(JsonKind.Text, reader.GetString()!, [], [], atLine, atColumn),
                JsonTokenType.StartArray => new JsonValue(JsonKind.List, "", ReadItems(), [], atLine, atColumn),
                _ => new JsonValue(JsonKind.Map, "", [], ReadMembers(), atLine, atColumn),
            };
        }

        List<JsonValue> ReadItems()
        {
            var items = new List<JsonValue>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Value());
            return items;
        }

        List<KeyValuePair<string, JsonValue>> ReadMembers()
        {
            var members = new List<KeyValuePair<string, JsonValue>>();
            var names = new HashSet<string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!names.Add(name))
                {
                    var (atLine, atColumn) = Here();
                    throw new ProblemException($"the key '{name}' occurs twice", new Place(path, atLine, atColumn), "readers disagree about which of the two counts", "keep one");
                }
                reader.Read();
                members.Add(new(name, Value()));
            }
            return members;
        }
    }
}
