using System.Text.Json;
using MergeLab.Core.Errors;

namespace MergeLab.Evaluation;

/// <summary>Predictions or references as JSON lines: a string or a number a line; references also arrays of strings.</summary>
public static class MetricFile
{
    const byte NewLine = (byte)'\n';

    /// <summary>The values of each line: one, or those of the line's array.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metric">Says what a line may hold.</param>
    /// <param name="arrays">Whether a line may be an array.</param>
    /// <exception cref="ProblemException">No such file, no lines, or a line is not what it may be.</exception>
    public static IReadOnlyList<IReadOnlyList<MetricValue>> Read(string path, Metric metric, bool arrays)
    {
        if (!File.Exists(path)) throw new ProblemException("no such file", new Place(path), remedy: "check the path");
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        if (bytes.IsEmpty) throw new ProblemException("the file is empty", new Place(path), remedy: "write one JSON value a line");
        if (bytes[^1] == NewLine) bytes = bytes[..^1];
        var values = new List<IReadOnlyList<MetricValue>>();
        foreach (var range in bytes.Split(NewLine)) values.Add(new LineReader(path, values.Count + 1, metric, arrays).Read(bytes[range]));
        return values;
    }

    /// <summary>Both files of a metric.</summary>
    /// <exception cref="ProblemException">One cannot be read, or lines that go together differ in number or kind.</exception>
    public static (IReadOnlyList<MetricValue> Predictions, IReadOnlyList<IReadOnlyList<MetricValue>> References) ReadPair(string predictions, string references, Metric metric)
    {
        var predicted = Read(predictions, metric, arrays: false);
        var expected = Read(references, metric, arrays: true);
        if (predicted.Count != expected.Count)
        {
            var (longer, shorter) = predicted.Count > expected.Count ? (predictions, references) : (references, predictions);
            throw new ProblemException($"{predictions} has {predicted.Count} lines, {references} has {expected.Count}",
                new Place(longer, Math.Min(predicted.Count, expected.Count) + 1), $"from here on nothing in {shorter} goes with it", "give one reference line for each prediction");
        }
        var texts = predicted[0][0].Text is not null;
        for (var i = 0; i < predicted.Count; i++)
        {
            foreach (var (file, values) in new[] { (predictions, predicted[i]), (references, expected[i]) })
            {
                if (values.All(v => v.Text is not null == texts)) continue;
                throw new ProblemException($"line {i + 1} holds a {(texts ? "number" : "string")}", new Place(file, i + 1),
                    $"{predictions} begins with a {(texts ? "string" : "number")}, and the two are never equal", "write all labels as strings, or all as numbers");
            }
        }
        return ([.. predicted.Select(p => p[0])], expected);
    }

    readonly struct LineReader(string path, int line, Metric metric, bool arrays)
    {
        public List<MetricValue> Read(ReadOnlySpan<byte> json)
        {
            if (json.Trim(" \t\r"u8).IsEmpty) throw Wrong("an empty line", "a line without a value has no partner in the other file");
            try
            {
                var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 2 });
                reader.Read();
                var values = reader.TokenType == JsonTokenType.StartArray ? Array(ref reader) : new List<MetricValue> { Value(ref reader) };
                reader.Read(); // anything behind the value is an error
                return values;
            }
            catch (JsonException e)
            {
                throw new ProblemException("not a JSON value", new Place(path, line, (int)(e.BytePositionInLine ?? 0) + 1), why: Reason(e), remedy: "write one JSON value a line, strings in double quotes", inner: e);
            }
            catch (Exception e) when (e is InvalidOperationException or FormatException)
            {
                throw new ProblemException("not valid text", new Place(path, line), why: e.Message, remedy: "write UTF-8, and surrogates (\\uD800 to \\uDFFF) in pairs", inner: e);
            }
        }

        List<MetricValue> Array(ref Utf8JsonReader reader)
        {
            if (!arrays) throw Wrong("an array", "a line of predictions is one value");
            if (!metric.SeveralReferences) throw Wrong("an array", $"{metric.Name} compares with one reference");
            var values = new List<MetricValue>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) values.Add(Value(ref reader));
            return values.Count > 0 ? values : throw Wrong("an empty array", "there is no reference to compare with");
        }

        MetricValue Value(ref Utf8JsonReader reader) => reader.TokenType switch
        {
            JsonTokenType.String when metric.Input != MetricInput.Number => reader.GetString()!,
            JsonTokenType.Number when metric.Input != MetricInput.Text && reader.GetDouble() is var number && double.IsFinite(number) => number,
            JsonTokenType.String => throw Wrong("a string", $"{metric.Name} compares numbers"),
            JsonTokenType.Number => throw Wrong("a number", metric.Input == MetricInput.Text ? $"{metric.Name} compares texts" : "it is too large for float64"),
            var other => throw Wrong(other switch
            {
                JsonTokenType.StartObject => "an object",
                JsonTokenType.StartArray => "an array in an array",
                JsonTokenType.Null => "null",
                _ => "true or false",
            }, $"{metric.Name} compares {(metric.Input switch { MetricInput.Text => "texts", MetricInput.Number => "numbers", _ => "texts or numbers" })}"),
        };

        ProblemException Wrong(string found, string why) =>
            new($"line {line} holds {found}", new Place(path, line), why, $"write {(metric.Input switch { MetricInput.Text => "a string", MetricInput.Number => "a number", _ => "a string or a number" })} a line");

        /// <summary>The parser's message without its own account of the place, which is ours to give.</summary>
        static string Reason(JsonException e) => e.Message.Split(" LineNumber:")[0];
    }
}
