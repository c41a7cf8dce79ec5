using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeLab.Core.Errors;

namespace MergeLab.Store;

/// <summary>
/// One text for equal values: keys sorted by UTF-16 code units, no spaces, strings in NFC, whole numbers without exponent or fraction (1.0 is 1),
/// other numbers as the shortest text that reads back as the same double. After RFC 8785, except that whole numbers keep all their digits (seeds
/// have 64 bits) and that -0 stays apart from 0.
/// </summary>
public static class CanonicalJson
{
    const double LargestExactInteger = 9007199254740992;
    /// <summary>Below the 64 levels that JSON readers and writers take by default, with room for what keys and manifests put around.</summary>
    const int MaxDepth = 48;

    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static string Text(JsonNode? node) => Encoding.UTF8.GetString(Bytes(node));

    /// <exception cref="ProblemException">A number is not finite, two keys are equal in NFC, a string is no Unicode text, or nesting is deeper than 48.</exception>
    public static byte[] Bytes(JsonNode? node)
    {
        using var buffer = new MemoryStream(256);
        using (var writer = new Utf8JsonWriter(buffer, Options)) Write(writer, node, 0);
        return buffer.ToArray();
    }

    static void Write(Utf8JsonWriter writer, JsonNode? node, int depth)
    {
        if (depth > MaxDepth) throw new ProblemException("parameters are nested too deeply", why: $"more than {MaxDepth} levels");
        switch (node)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonObject members:
                WriteObject(writer, members, depth);
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items) Write(writer, item, depth + 1);
                writer.WriteEndArray();
                break;
            default:
                WriteValue(writer, node.AsValue());
                break;
        }
    }

    static void WriteObject(Utf8JsonWriter writer, JsonObject members, int depth)
    {
        var sorted = members.Select(m => KeyValuePair.Create(Composed(m.Key), m.Value)).ToArray();
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        writer.WriteStartObject();
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i > 0 && sorted[i].Key == sorted[i - 1].Key)
                throw new ProblemException($"two parameters are called '{sorted[i].Key}'", why: "their names are the same Unicode text, written in two ways");
            writer.WritePropertyName(sorted[i].Key);
            Write(writer, sorted[i].Value, depth + 1);
        }
        writer.WriteEndObject();
    }

    static void WriteValue(Utf8JsonWriter writer, JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                writer.WriteStringValue(Composed(value.TryGetValue<string>(out var text) ? text : JsonSerializer.Deserialize<string>(value.ToJsonString())!));
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(Number(NumberText(value)), skipInputValidation: true);
                break;
            case JsonValueKind.True:
                writer.WriteBooleanValue(true);
                break;
            case JsonValueKind.False:
                writer.WriteBooleanValue(false);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    static string NumberText(JsonValue value)
    {
        // JSON has no text for these; the serializer's own message would not say what to do.
        if ((value.TryGetValue<double>(out var d) && !double.IsFinite(d)) || (value.TryGetValue<float>(out var f) && !float.IsFinite(f)))
            throw new ProblemException("a parameter is not a finite number", why: "NaN and infinity cannot be part of a stage's key");
        return value.ToJsonString();
    }

    internal static string Number(string text)
    {
        if (text.AsSpan().IndexOfAny('.', 'e', 'E') < 0)
            return text == "-0" ? text : BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number)) throw new ProblemException($"{text} is too large for a number", why: "numbers are 64-bit floating point");
        if (number == 0) return double.IsNegative(number) ? "-0" : "0";
        return Math.Abs(number) <= LargestExactInteger && Math.Floor(number) == number
            ? ((long)number).ToString(CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);
    }

    static string Composed(string text)
    {
        try
        {
            return text.IsNormalized(NormalizationForm.FormC) ? text : text.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException e)
        {
            throw new ProblemException("a parameter is no Unicode text", why: e.Message, inner: e);
        }
    }
}
