using System.Globalization;
using System.Text;

namespace MergeLab.Data.World;

/// <summary>The folder's README: the tasks as a table, and three test rows of each as they stand in the files.</summary>
public static class WorldReadme
{
    const int Examples = 3;

    public static byte[] Bytes(ulong seed)
    {
        var text = new StringBuilder("""
            # The world's tasks

            Written by `mergelab zoo world --out experiments/zoo/world`; `--check` compares. How the world is made and why: `docs/zoo.md`; digests and knobs: `world.json`. One JSON object a line: `id`, `split` (`test`, `validation`), `level` (how hard), `input`, `target`, and for decision tasks `choices` and `label`.

            | task | mirrors | metric | test rows | input tokens (mean, max) | target tokens (mean, max) | different answers | best constant answer |
            | --- | --- | --- | --- | --- | --- | --- | --- |

            """.ReplaceLineEndings("\n"));
        var examples = new StringBuilder("\n## Examples\n");
        foreach (var task in TaskTable.Evaluated)
        {
            var figures = TaskFigures.Of(task, seed);
            var constant = $"{figures.BestConstant} ({Percent(figures.BestConstantRows, figures.Rows.Count)} %)";
            text.Append(CultureInfo.InvariantCulture, $"| {task.Name} | {task.Mirrors} | {task.Metric} | {figures.Rows.Count} | {figures.Input} | {figures.Target} | {figures.Answers} | {constant} |\n");
            examples.Append(CultureInfo.InvariantCulture, $"\n### {task.Name}\n");
            foreach (var row in Varied(figures.Rows)) examples.Append(CultureInfo.InvariantCulture, $"* {row.Input} → **{row.Target}**\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString() + examples);
    }

    /// <summary>The first row of each level, then the next ones of the file.</summary>
    static IEnumerable<Example> Varied(IReadOnlyList<Example> rows)
    {
        var first = rows.DistinctBy(r => r.Level).OrderBy(r => r.Level).ToList();
        return first.Concat(rows.Except(first)).Take(Examples);
    }

    /// <summary>One decimal, rounded down: whole numbers only.</summary>
    static string Percent(int part, int whole) => string.Create(CultureInfo.InvariantCulture, $"{part * 1000 / whole / 10}.{part * 1000 / whole % 10}");
}
