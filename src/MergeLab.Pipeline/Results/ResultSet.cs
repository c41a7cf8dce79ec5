using MergeLab.Core.Errors;

namespace MergeLab.Results;

/// <summary>The cells of one or more experiments and their examples, each in the order of its key, so that equal results are equal files.</summary>
public sealed class ResultSet
{
    readonly Lazy<Dictionary<CellKey, ExampleRow[]>> byCell;

    /// <exception cref="ProblemException">Two rows have the same key, or an example belongs to no cell.</exception>
    public ResultSet(IEnumerable<ResultRow> rows, IEnumerable<ExampleRow> examples)
    {
        var cells = rows.Select(r => (Key: CellKey.Of(r), Row: r)).OrderBy(c => c.Key, CellKey.Order).ToArray();
        for (var i = 1; i < cells.Length; i++)
            if (cells[i].Key == cells[i - 1].Key) throw new ProblemException($"two results for the cell {cells[i].Key}", remedy: "give each cell of an experiment one row");
        var known = cells.Select(c => c.Key).ToHashSet();
        var grouped = examples.GroupBy(CellKey.Of).OrderBy(g => g.Key, CellKey.Order).Select(g => (g.Key, Rows: Ordered(g.Key, g))).ToArray();
        foreach (var (key, _) in grouped)
            if (!known.Contains(key)) throw new ProblemException($"examples of a cell that is not among the results: {key}", remedy: "run the experiment again");
        (Rows, Examples) = ([.. cells.Select(c => c.Row)], [.. grouped.SelectMany(g => g.Rows)]);
        byCell = new(() => grouped.ToDictionary(g => g.Key, g => g.Rows));
    }

    public IReadOnlyList<ResultRow> Rows { get; }

    public IReadOnlyList<ExampleRow> Examples { get; }

    /// <summary>A cell's examples in the order of their ids; empty where the metric has no value for a single example.</summary>
    public IReadOnlyList<ExampleRow> ExamplesOf(CellKey cell) => byCell.Value.GetValueOrDefault(cell) ?? [];

    static ExampleRow[] Ordered(CellKey key, IEnumerable<ExampleRow> examples)
    {
        var ordered = examples.OrderBy(e => e.Example, StringComparer.Ordinal).ToArray();
        for (var i = 1; i < ordered.Length; i++)
            if (ordered[i].Example == ordered[i - 1].Example) throw new ProblemException($"two values for the example '{ordered[i].Example}' of the cell {key}");
        return ordered;
    }
}
