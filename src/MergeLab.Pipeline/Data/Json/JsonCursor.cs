using System.Globalization;
using System.Text.Json;
using MergeLab.Core.Errors;

namespace MergeLab.Data.Json;

/// <summary>One value of a <see cref="LocatedJson"/>: typed access whose errors name file, line and column.</summary>
public readonly struct JsonCursor
{
    readonly LocatedJson document;
    readonly int index;

    internal JsonCursor(LocatedJson document, int index) => (this.document, this.index) = (document, index);

    public bool IsNull => Kind == JsonTokenType.Null;
    public bool IsString => Kind == JsonTokenType.String;
    public bool IsObject => Kind == JsonTokenType.StartObject;
    public bool IsArray => Kind == JsonTokenType.StartArray;

    public Place Place => document.At(document[index].Start);

    JsonTokenType Kind => document[index].Kind;

    /// <summary>An error about this value.</summary>
    public ProblemException Problem(string what, string? why = null, string? remedy = null) => new(what, Place, why, remedy);

    /// <summary>The value of a property; null where the object lacks it or holds a JSON null.</summary>
    public JsonCursor? Find(string name)
    {
        foreach (var (key, value) in Properties())
            if (key.ValueEquals(name)) return value.IsNull ? null : value;
        return null;
    }

    public JsonCursor Get(string name) => Find(name) ?? throw Problem($"'{name}' is missing");

    public IEnumerable<(JsonCursor Name, JsonCursor Value)> Properties()
    {
        Expect(JsonTokenType.StartObject, "an object");
        return Walk(document, index);

        static IEnumerable<(JsonCursor, JsonCursor)> Walk(LocatedJson document, int index)
        {
            for (int i = index + 1, end = document[index].Next; i < end; i = document[i + 1].Next)
                yield return (new JsonCursor(document, i), new JsonCursor(document, i + 1));
        }
    }

    public IEnumerable<JsonCursor> Items()
    {
        Expect(JsonTokenType.StartArray, "an array");
        return Walk(document, index);

        static IEnumerable<JsonCursor> Walk(LocatedJson document, int index)
        {
            for (int i = index + 1, end = document[index].Next; i < end; i = document[i].Next) yield return new JsonCursor(document, i);
        }
    }

    /// <summary>A string, or a property's name.</summary>
    public string AsString()
    {
        if (Kind != JsonTokenType.PropertyName) Expect(JsonTokenType.String, "a string");
        try
        {
            return Reader().GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw Problem("the string is not valid Unicode", e.Message);
        }
    }

    public int AsInt(int minimum = 0, int maximum = int.MaxValue)
    {
        Expect(JsonTokenType.Number, "a whole number");
        var reader = Reader();
        return reader.TryGetInt32(out var value) && value >= minimum && value <= maximum
            ? value
            : throw Problem($"{System.Text.Encoding.UTF8.GetString(reader.ValueSpan)} is out of range",
                string.Create(CultureInfo.InvariantCulture, $"expected a whole number from {minimum} to {maximum}"));
    }

    public bool AsBool() => Kind switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Problem($"expected true or false, found {Found}"),
    };

    bool ValueEquals(string name)
    {
        var reader = Reader();
        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException) // an escape that is half a surrogate pair
        {
            return false;
        }
    }

    Utf8JsonReader Reader()
    {
        var token = document[index];
        // A property's name ends with its colon, which would not parse alone.
        var end = token.Kind == JsonTokenType.PropertyName ? document.Bytes.AsSpan(0, token.End).LastIndexOf((byte)'"') + 1 : token.End;
        var reader = new Utf8JsonReader(document.Bytes.AsSpan(token.Start, end - token.Start));
        reader.Read();
        return reader;
    }

    void Expect(JsonTokenType kind, string description)
    {
        if (Kind != kind) throw Problem($"expected {description}, found {Found}");
    }

    string Found => Kind switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String or JsonTokenType.PropertyName => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };
}
