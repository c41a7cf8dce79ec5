using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Core.Json;

/// <summary>One value of a <see cref="LocatedJson"/>: typed access whose errors name the value, file, line and column.</summary>
public readonly struct JsonCursor
{
    readonly LocatedJson document;
    readonly int index;

    internal JsonCursor(LocatedJson document, int index) => (this.document, this.index) = (document, index);

    public JsonKind Kind => document[index].Kind;

    public bool IsNull => Kind == JsonKind.Null;
    public bool IsString => Kind == JsonKind.Text;
    public bool IsObject => Kind == JsonKind.Map;
    public bool IsArray => Kind == JsonKind.List;

    /// <summary>Holds no other value: scalars, and empty objects and arrays.</summary>
    public bool IsEmpty => document[index].Next == index + 1;

    public string File => document.Positions.File;

    public Place Place => document.Positions.At(document[index].Start);

    /// <summary>Where its key stands; its own place where it has none.</summary>
    public Place KeyPlace => document[index].Key < 0 ? Place : document.Positions.At(document.Key(index).Start);

    /// <summary>The value of a property, JSON null included; null where the object lacks it.</summary>
    public JsonCursor? this[string name]
    {
        get
        {
            Expect(JsonKind.Map, "an object");
            return document.Find(index, name) is >= 0 and var found ? new JsonCursor(document, found) : null;
        }
    }

    /// <summary>The value of a property; null where the object lacks it or holds a JSON null.</summary>
    public JsonCursor? Find(string name) => this[name] is { IsNull: false } value ? value : null;

    public JsonCursor Get(string name) => Find(name) ?? throw Problem($"'{(index == 0 ? "" : document.PathOf(index) + ".")}{name}' is missing");

    /// <summary>Names and values in the order of the file.</summary>
    public IEnumerable<(string Name, JsonCursor Value)> Properties()
    {
        Expect(JsonKind.Map, "an object");
        return Walk(document, index);

        static IEnumerable<(string, JsonCursor)> Walk(LocatedJson document, int index)
        {
            for (int i = index + 1, end = document[index].Next; i < end; i = document[i].Next) yield return (document.Key(i).Name, new JsonCursor(document, i));
        }
    }

    public IEnumerable<JsonCursor> Items()
    {
        Expect(JsonKind.List, "an array");
        return Walk(document, index);

        static IEnumerable<JsonCursor> Walk(LocatedJson document, int index)
        {
            for (int i = index + 1, end = document[index].Next; i < end; i = document[i].Next) yield return new JsonCursor(document, i);
        }
    }

    public string AsString()
    {
        Expect(JsonKind.Text, "a string");
        if (!Bytes.Contains((byte)'\\')) return System.Text.Encoding.UTF8.GetString(Bytes[1..^1]);
        var reader = new Utf8JsonReader(Bytes);
        reader.Read();
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e) // an escape that is half a surrogate pair
        {
            throw Problem($"{Name} is not valid Unicode", e.Message);
        }
    }

    /// <summary>One of the given words.</summary>
    public string AsOneOf(params ReadOnlySpan<string> words)
    {
        var text = AsString();
        return words.Contains(text) ? text : throw WrongValue.Unknown(Name, text, words.ToArray(), Place);
    }

    /// <summary>The name of a constant.</summary>
    public T AsOneOf<T>() where T : struct, Enum => Enum.Parse<T>(AsOneOf(Enum.GetNames<T>()));

    /// <summary>A whole number, however it is written: JSON does not tell 8, 8.0 and 8e0 apart.</summary>
    public int AsInt(int minimum = 0, int maximum = int.MaxValue)
    {
        if (Kind == JsonKind.Number && Value() is { } value && value >= minimum && value <= maximum) return value;
        throw Wrong(WrongValue.WholeNumber(minimum, maximum));
    }

    public double AsNumber(double minimum, double maximum)
    {
        if (Kind == JsonKind.Number && double.TryParse(Bytes, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum) return value;
        throw Wrong(WrongValue.Number(minimum, maximum));
    }

    public bool AsBool() => Kind == JsonKind.Bool ? Bytes[0] == (byte)'t' : throw Wrong("true or false");

    /// <summary>An error about this value.</summary>
    public ProblemException Problem(string what, string? why = null, string? remedy = null) => new(what, Place, why, remedy);

    /// <summary>The error that this value is something else than it must be.</summary>
    /// <param name="wanted">With article: "a string".</param>
    public ProblemException Wrong(string wanted) => WrongValue.Of(Name, wanted, Found, Place);

    ReadOnlySpan<byte> Bytes => document.Utf8.AsSpan()[document[index].Start..document[index].End];

    string Name => index == 0 ? "the document" : $"'{document.PathOf(index)}'";

    string Found => Kind switch
    {
        JsonKind.Map => "an object",
        JsonKind.List => "an array",
        _ => Excerpt.Of(System.Text.Encoding.UTF8.GetString(Bytes)),
    };

    int? Value()
    {
        if (Utf8Parser.TryParse(Bytes, out int value, out var consumed) && consumed == Bytes.Length) return value;
        return double.TryParse(Bytes, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == (int)number ? (int)number : null;
    }

    void Expect(JsonKind kind, string description)
    {
        if (Kind != kind) throw Wrong(description);
    }
}
