using System.Text.Json;

namespace MergeLab.Pipeline.Tests.Evaluation;

/// <summary>The translations BLEU, chrF and TER were recorded on, with references by line.</summary>
static class Corpora
{
    public sealed record Corpus(string[] Hypotheses, string[][] References);

    public static IReadOnlyDictionary<string, Corpus> All { get; } = GoldenLines.Read("bleu", "corpora.jsonl").ToDictionary(c => c.Text("name"), Read);

    static Corpus Read(JsonElement corpus)
    {
        var hypotheses = corpus.Texts("hypotheses");
        var streams = corpus.GetProperty("references").EnumerateArray().Select(s => s.EnumerateArray().Select(r => r.GetString()).ToArray()).ToArray();
        return new Corpus(hypotheses, [.. hypotheses.Select((_, i) => streams.Select(s => s[i]).OfType<string>().ToArray())]);
    }
}
