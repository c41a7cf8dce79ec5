using System.Globalization;
using System.Text.Json;
using MergeLab.Cli.Commands;
using MergeLab.Evaluation;

namespace MergeLab.Cli.Verbs;

/// <summary>Scores for people: a line for each figure of the corpus, then, where asked for, a line for each example.</summary>
static class ScoreTable
{
    public static void Write(TextWriter output, MetricResult result, int examples, bool perExample)
    {
        var figures = JsonSerializer.SerializeToElement(result.Corpus.Details, Invocation.JsonForm).EnumerateObject().ToArray();
        WriteAligned(output, figures is [{ Value.ValueKind: JsonValueKind.Object }, ..]
            ? [["", .. figures[0].Value.EnumerateObject().Select(p => p.Name)], .. figures.Select(Parts)]
            : [.. figures.Select(f => new[] { f.Name, Text(f.Value) })]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"over {examples} example{(examples == 1 ? "" : "s")}"));
        if (!perExample) return;
        output.WriteLine();
        WriteAligned(output,
        [
            ["example", .. result.Corpus.Values.Keys],
            .. result.Examples.Select((e, i) => (string[])[(i + 1).ToString(CultureInfo.InvariantCulture), .. e.Values.Values.Select(Text)]),
        ]);
    }

    static string[] Parts(JsonProperty figure) => [figure.Name, .. figure.Value.EnumerateObject().Select(p => Text(p.Value))];

    static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => Text(value.GetDouble()),
        JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Select(Text)),
        _ => value.ToString(),
    };

    static string Text(double value) => value.ToString(value == Math.Truncate(value) && Math.Abs(value) < 1e15 ? "0" : "0.0000", CultureInfo.InvariantCulture);

    static void WriteAligned(TextWriter output, string[][] rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows.Max(r => r.Length)).Select(column => rows.Max(r => column < r.Length ? r[column].Length : 0))];
        foreach (var row in rows) output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
