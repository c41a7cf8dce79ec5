using MergeLab.Core.Errors;
using MergeLab.Tables;

namespace MergeLab.Results;

/// <summary>Result files to rows. A file of another shape is refused by name.</summary>
static class ResultReader
{
    const string Keys = "experiment, method, variant, set_name, task, split, metric";

    public static IReadOnlyList<ResultRow> Results(string path) => Read(path,
        $"{Keys}, models::INTEGER AS models, value::DOUBLE AS value, stderr::DOUBLE AS stderr, examples::BIGINT AS examples, published::DOUBLE AS published, published_setup, merge_digest, stage_key",
        (b, i, text) => new ResultRow(
            text(b, 0, i), text(b, 1, i), text(b, 2, i), text(b, 3, i), b.Values<int>(7)[i], text(b, 4, i), text(b, 5, i), text(b, 6, i), b.Values<double>(8)[i],
            Number(b, 9, i), b.Values<long>(10)[i], Number(b, 11, i), b.Text(12, i), text(b, 13, i), text(b, 14, i)));

    public static IReadOnlyList<ExampleRow> Examples(string path) => Read(path, $"{Keys}, example, value::DOUBLE AS value, prediction, reference",
        (b, i, text) => Example(b, i, text, text(b, 9, i), text(b, 10, i)));

    /// <summary>Keys and value only; prediction and reference are empty.</summary>
    public static IReadOnlyList<ExampleRow> SlimExamples(string path) => Read(path, $"{Keys}, example, value::DOUBLE AS value", (b, i, text) => Example(b, i, text, "", ""));

    public static IReadOnlyList<TimingRow> Timings(string path) => Read(path,
        "experiment, stage, kind, stage_key, state, seconds::DOUBLE AS seconds, bytes::BIGINT AS bytes, peak_memory::BIGINT AS peak_memory",
        (b, i, text) => new TimingRow(text(b, 0, i), text(b, 1, i), text(b, 2, i), text(b, 3, i), text(b, 4, i), b.Values<double>(5)[i], b.Values<long>(6)[i], b.IsNull(7, i) ? null : b.Values<long>(7)[i]));

    delegate string Words(RowBatch batch, int column, int row);

    static ExampleRow Example(RowBatch b, int i, Words text, string prediction, string reference) => new(
        text(b, 0, i), text(b, 1, i), text(b, 2, i), text(b, 3, i), text(b, 4, i), text(b, 5, i), text(b, 6, i), text(b, 7, i), b.Values<double>(8)[i], prediction, reference);

    static double? Number(RowBatch batch, int column, int row) => batch.IsNull(column, row) ? null : batch.Values<double>(column)[row];

    static List<TRow> Read<TRow>(string path, string columns, Func<RowBatch, int, Words, TRow> make)
    {
        // Names repeat in every row: one string object each.
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        string Text(RowBatch batch, int column, int row)
        {
            var text = batch.Text(column, row) ?? "";
            return known.TryGetValue(text, out var same) ? same : known[text] = text;
        }
        try
        {
            using var database = DuckDatabase.OpenInMemory();
            using var result = database.Query($"SELECT {columns} FROM {TableFile.Source(path)}");
            var rows = new List<TRow>();
            foreach (var batch in result.Batches())
                for (var row = 0; row < batch.Count; row++) rows.Add(make(batch, row, Text));
            return rows;
        }
        catch (ProblemException e) when (e.Problem.Where is null && e.Problem.Exit == ExitCode.BadInput)
        {
            throw new ProblemException("not a result file", new Place(path), e.Problem.What, "run the experiment again, or restore the file from git", inner: e);
        }
    }
}
