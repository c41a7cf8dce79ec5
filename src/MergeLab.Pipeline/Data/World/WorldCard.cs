using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace MergeLab.Data.World;

/// <summary>
/// What the world is, in figures: for each task its digest, lengths, knobs, and what one can score without reading the input.
/// </summary>
public static class WorldCard
{
    public static byte[] Bytes(ulong seed, IReadOnlyDictionary<string, byte[]> files)
    {
        var tasks = new JsonObject();
        foreach (var task in TaskTable.Evaluated) tasks.Add(task.Name, Task(task, seed, files[TaskFile.Name(task)]));
        var mixture = new JsonObject();
        foreach (var (name, thousandths) in new Mixture(seed).Shares) mixture.Add(name, thousandths);
        return TokenizerFile.Bytes(new JsonObject
        {
            ["seed"] = seed,
            ["vocabulary"] = WorldVocabulary.Count,
            ["tokenizer_sha256"] = Digest(files["tokenizer.json"]),
            ["base_mixture_thousandths"] = mixture,
            ["tasks"] = tasks,
        });
    }

    static JsonObject Task(WorldTask task, ulong seed, byte[] file)
    {
        var figures = TaskFigures.Of(task, seed);
        var levels = new JsonObject();
        foreach (var (level, count) in figures.Rows.CountBy(r => r.Level).OrderBy(l => l.Key)) levels.Add(level.ToString(CultureInfo.InvariantCulture), count);
        return new JsonObject
        {
            ["mirrors"] = task.Mirrors,
            ["metric"] = task.Metric,
            ["test_rows"] = figures.Rows.Count,
            ["validation_rows"] = TaskFile.Count(task, Split.Validation),
            ["input_tokens"] = Node(figures.Input),
            ["target_tokens"] = Node(figures.Target),
            ["levels"] = levels,
            ["answers"] = figures.Answers,
            ["best_constant"] = figures.BestConstant,
            ["best_constant_rows"] = figures.BestConstantRows,
            ["knobs"] = task.Knobs.ToString(),
            ["sha256"] = Digest(file),
        };
    }

    static JsonObject Node(Lengths lengths) => new() { ["mean"] = lengths.Mean, ["max"] = lengths.Max };

    static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
