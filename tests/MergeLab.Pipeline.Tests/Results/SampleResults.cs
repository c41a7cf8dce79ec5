using System.Globalization;
using System.Text.Json.Nodes;
using MergeLab.Evaluation.Statistics;
using MergeLab.Reporting;
using MergeLab.Results;
using MergeLab.Results.Locks;

namespace MergeLab.Pipeline.Tests.Results;

/// <summary>Made-up results of the shape an experiment has: two methods on sets of adapters, a baseline, examples, a paper's figures.</summary>
static class SampleResults
{
    public const string Experiment = "sample", Task = "story-summary", Metric = "rouge1";

    public static ResultSet Full(int sets = 20, int examples = 300) => Of(Enumerable.Range(1, sets).Select(n => n * 20 / sets), examples);

    public static ResultSet Small() => Of([2, 6], 40);

    public static ResultSet Of(IEnumerable<int> models, int examples)
    {
        var (rows, all) = (new List<ResultRow>(), new List<ExampleRow>());
        var random = new PermutedCongruential(7);
        double[] hard = [.. Enumerable.Range(0, examples).Select(_ => Unit(random))];
        void Add(string method, string set, int count, double level, double? published)
        {
            double[] values = [.. hard.Select(h => Math.Round(Math.Clamp(level + (0.5 * (h - 0.5)) + (0.12 * (Unit(random) - 0.5)), 0, 1), 6))];
            var mean = values.Average();
            var error = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (examples - 1) / examples);
            rows.Add(new ResultRow(Experiment, method, "{}", set, count, Task, "test", Metric, mean, error, examples, published, published is null ? null : "Flan-T5-XL, LoraHub adapters, XSum", Digest(method + set), Digest("key" + method + set)));
            all.AddRange(values.Select((v, i) => new ExampleRow(Experiment, method, "{}", set, Task, "test", Metric, i.ToString("D4", CultureInfo.InvariantCulture), v, $"a cat {i}", $"the cat {i}")));
        }
        Add("pretrained", "", 0, 0.22, null);
        foreach (var n in models.Distinct())
        {
            var set = string.Create(CultureInfo.InvariantCulture, $"first-{n:D2}");
            double? published = n is 2 or 6 or 15 or 20 ? Math.Round(0.2 + (n * 0.001), 4) : null;
            Add("geometric_median", set, n, 0.36 - (0.0055 * n), published is { } theirs ? Math.Round(theirs + 0.004, 4) : null);
            Add("average", set, n, 0.36 - (0.0042 * n) - (0.0001 * n * n), published);
        }
        return new ResultSet(rows, all);
    }

    public static PipelineLock Lock(string runtime = "libtorch 1.13.1 cpu avx2, openblas Haswell", double scaling = 1) => new(
        Experiment, new Dictionary<string, double> { ["default"] = 0.01, ["exact_match"] = 0.005 }, Small().Rows.ToDictionary(
            r => $"{Experiment}/evaluate/{r.Method}/{r.SetName}/{r.Task}",
            r => new LockedStage("evaluate", r.StageKey, 3, new JsonObject { ["seed"] = 17, ["generate"] = new JsonObject { ["max_new_tokens"] = 24 }, ["scaling"] = scaling, ["note"] = "yes" },
                new Dictionary<string, string> { ["merge"] = r.MergeDigest }, new Dictionary<string, string> { ["examples.parquet"] = Digest("out" + r.StageKey) }, runtime)));

    public static ReportModel Report(ResultSet results) => new()
    {
        Experiment = Experiment,
        Title = "Geometric median of LoRA task vectors",
        Paper = new ReportPaper("Geometric Median of Task Vectors", "3"),
        Seed = 17,
        Results = results,
        Methods = ["geometric_median", "average"],
        Tables = [new ReportTable("method", "set", Metric, Task)],
        Figures = [new ReportFigure("line", "models", Metric, "method"), new ReportFigure("dot", "method", Metric)],
        Stages = Stages(results),
        Provenance = [new ReportFact("program", "mergelab 0.1.0"), new ReportFact("numeric runtime", "libtorch 1.13.1 cpu avx2, openblas Haswell"), new ReportFact("run again", "dotnet cake --target=Run --experiment=sample")],
        Time = "2026-01-02T03:04:05Z",
    };

    public static IReadOnlyList<ReportStage> Stages(ResultSet results)
    {
        ReportStage Stage(string kind, string name, string state, double seconds, params IReadOnlyList<string> needs) =>
            new($"{Experiment}/{kind}{name}", kind, state, seconds, Digest(kind + name), [.. needs.Select(n => $"{Experiment}/{n}")]);
        var merged = results.Rows.Where(r => r.Models > 0).ToArray();
        var most = merged.Max(r => r.Models);
        return
        [
            Stage("verify", "", "cached", 0.4),
            .. Enumerable.Range(1, most).Select(i => Stage("vectors", $"/task-{i}", "cached", 0.21, "verify")),
            .. merged.Select((r, i) => Stage("merge", $"/{r.Method}/{r.SetName}", i % 3 == 0 ? "ran" : "cached", 0.9 + (0.01 * i), [.. Enumerable.Range(1, r.Models).Select(v => $"vectors/task-{v}")])),
            .. results.Rows.Select((r, i) => Stage("evaluate", $"/{r.Method}/{r.SetName}/{r.Task}", i == 5 ? "failed" : i % 3 == 0 ? "ran" : "cached", 7.5 + (0.1 * i), r.Models > 0 ? $"merge/{r.Method}/{r.SetName}" : "verify")),
            Stage("report", "", "ran", 0.6, [.. results.Rows.Select(r => $"evaluate/{r.Method}/{r.SetName}/{r.Task}")]),
        ];
    }

    /// <summary>The same results with one cell's examples moved.</summary>
    public static ResultSet With(ResultSet results, CellKey cell, Func<ExampleRow, int, double> value)
    {
        ExampleRow[] moved = [.. results.ExamplesOf(cell).Select((e, i) => e with { Value = value(e, i) })];
        return new ResultSet(
            results.Rows.Select(r => CellKey.Of(r) == cell ? r with { Value = moved.Average(e => e.Value) } : r),
            results.Examples.Where(e => CellKey.Of(e) != cell).Concat(moved));
    }

    public static CellKey Cell(ResultSet results, string method, int models) => CellKey.Of(results.Rows.Single(r => r.Method == method && r.Models == models));

    static string Digest(string text) => $"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))}";

    static double Unit(PermutedCongruential random) => (random.NextUInt64() >> 11) * (1.0 / (1UL << 53));
}
