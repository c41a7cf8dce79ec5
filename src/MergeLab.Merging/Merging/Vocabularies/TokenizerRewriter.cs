using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Merging.Vocabularies;

/// <summary>
/// Writes a <c>tokenizer.json</c> with another vocabulary: the added tokens are replaced, what was stripped leaves the model's vocabulary and
/// its merges, everything else keeps its bytes.
/// </summary>
static class TokenizerRewriter
{
    public static byte[] Write(OutputVocabulary vocabulary)
    {
        var source = File.ReadAllBytes(vocabulary.Origin.Path);
        var begin = source.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var changes = Places(source.AsSpan(begin), vocabulary.Origin.ModelStripped);
        var form = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = source.AsSpan().Contains((byte)'\n'), NewLine = "\n" };
        using var result = new MemoryStream(source.Length);
        var at = begin;
        foreach (var (name, depth, start, end) in changes)
        {
            result.Write(source, at, begin + start - at);
            result.Write(Section(name, depth, source.AsSpan(begin + start, end - start), vocabulary, form));
            at = begin + end;
        }
        result.Write(source, at, source.Length - at);
        return result.ToArray();
    }

    /// <summary>Where the values to replace lie, in the order of the file. A file without added tokens gets them at its beginning.</summary>
    static List<(string Name, int Depth, int Start, int End)> Places(ReadOnlySpan<byte> json, bool stripped)
    {
        var places = new List<(string, int, int, int)>();
        var reader = new Utf8JsonReader(json);
        var inModel = false;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            var wanted = reader.CurrentDepth == 1 && reader.ValueTextEquals("added_tokens")
                || (stripped && inModel && reader.CurrentDepth == 2 && (reader.ValueTextEquals("vocab") || reader.ValueTextEquals("merges")));
            if (reader.CurrentDepth == 1) inModel = reader.ValueTextEquals("model");
            var (name, depth) = (wanted ? reader.GetString()! : "", reader.CurrentDepth);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (!inModel || depth > 1) reader.Skip();
            if (wanted) places.Add((name, depth, start, (int)reader.BytesConsumed));
        }
        if (places.Exists(p => p.Item1 == "added_tokens")) return places;
        var open = json.IndexOf((byte)'{') + 1;
        return [("", 1, open, open), .. places];
    }

    static byte[] Section(string name, int depth, ReadOnlySpan<byte> old, OutputVocabulary vocabulary, JsonWriterOptions form)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, form))
        {
            if (name == "vocab") Vocabulary(writer, old, vocabulary.Origin);
            else if (name == "merges") Merges(writer, old, vocabulary.Origin);
            else Added(writer, vocabulary.Added);
        }
        var text = Encoding.UTF8.GetString(json.ToArray()).Replace("\n", "\n" + new string(' ', 2 * depth), StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(name.Length > 0 ? text : $"\"added_tokens\": {text}, ");
    }

    static void Added(Utf8JsonWriter writer, IReadOnlyList<AddedToken> tokens)
    {
        writer.WriteStartArray();
        foreach (var token in tokens)
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", token.Id);
            TokenizerSettings.Write(writer, token);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    static void Vocabulary(Utf8JsonWriter writer, ReadOnlySpan<byte> old, TokenizerFile origin)
    {
        using var vocabulary = JsonDocument.Parse(old.ToArray());
        if (vocabulary.RootElement.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var piece in vocabulary.RootElement.EnumerateArray().Take(origin.Limit)) piece.WriteTo(writer);
            writer.WriteEndArray();
            return;
        }
        writer.WriteStartObject();
        foreach (var entry in vocabulary.RootElement.EnumerateObject())
            if (origin.Ids.ContainsKey(entry.Name)) entry.WriteTo(writer);
        writer.WriteEndObject();
    }

    /// <summary>Merges are pairs of tokens, or in older files one text with a space between; they go with their parts and with what they make.</summary>
    static void Merges(Utf8JsonWriter writer, ReadOnlySpan<byte> old, TokenizerFile origin)
    {
        using var merges = JsonDocument.Parse(old.ToArray());
        writer.WriteStartArray();
        if (merges.RootElement.ValueKind != JsonValueKind.Array) throw new ProblemException("the merges of the tokenizer are no list", new Place(origin.Path), remedy: "fetch the tokenizer again");
        foreach (var merge in merges.RootElement.EnumerateArray())
        {
            if (Parts(merge) is not { } parts)
                throw new ProblemException("a merge of the tokenizer is not a pair of tokens", new Place(origin.Path), $"it is {Excerpt.Of(merge.GetRawText())}", "fetch the tokenizer again");
            if (parts.Append(string.Concat(parts)).All(origin.Ids.ContainsKey)) merge.WriteTo(writer);
        }
        writer.WriteEndArray();
    }

    static string[]? Parts(JsonElement merge) => merge.ValueKind switch
    {
        JsonValueKind.String => merge.GetString()!.Split(' ', 2),
        JsonValueKind.Array when merge.EnumerateArray().All(p => p.ValueKind == JsonValueKind.String) => [.. merge.EnumerateArray().Select(p => p.GetString()!)],
        _ => null,
    };
}
