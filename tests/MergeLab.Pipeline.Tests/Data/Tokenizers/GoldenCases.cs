using System.Text.Json;
using MergeLab.Testing;

namespace MergeLab.Pipeline.Tests.Data.Tokenizers;

/// <summary>The recorded answers of the reference library, one JSON object a line.</summary>
static class GoldenCases
{
    public static string Folder(string tokenizer) => Repository.Golden("tokenizers", tokenizer);

    /// <summary>(line number, kind) of every case of a tokenizer.</summary>
    public static TheoryData<int, string> Of(string tokenizer)
    {
        var data = new TheoryData<int, string>();
        foreach (var (line, number) in Lines(tokenizer))
            data.Add(number, JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()!);
        return data.Any() ? data : throw new InvalidOperationException($"no cases in {Folder(tokenizer)}");
    }

    public static JsonElement Case(string tokenizer, int line) => JsonDocument.Parse(Lines(tokenizer).First(l => l.Number == line).Line).RootElement;

    public static IEnumerable<JsonElement> All(string tokenizer) => Lines(tokenizer).Select(l => JsonDocument.Parse(l.Line).RootElement);

    static IEnumerable<(string Line, int Number)> Lines(string tokenizer) =>
        File.ReadLines(Path.Combine(Folder(tokenizer), "cases.jsonl")).Select((line, i) => (line, i + 1));
}
