using System.CommandLine;
using System.Globalization;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Data.World;
using MergeLab.Evaluation.Tasks;
using MergeLab.Stages.Zoo;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab zoo score</c>: the base, adapters and merges of a zoo on the world's tasks, to look at while its recipe is tuned.</summary>
static class ZooScoreVerb
{
    static readonly Option<string> Out = new("--out") { Description = "Folder of the zoo", HelpName = "DIR", DefaultValueFactory = _ => "artifacts/zoo" };
    static readonly Option<string> World = new("--world") { Description = "Folder of the tasks", HelpName = "DIR", DefaultValueFactory = _ => "experiments/zoo/world" };
    static readonly Option<int> Limit = new("--limit") { Description = "Test rows of each task", HelpName = "N", DefaultValueFactory = _ => 200 };
    static readonly Option<string[]> Methods = new("--merge") { Description = "Also the merge of all adapters there are, by this method", HelpName = "METHOD" };
    static readonly Option<double[]> Scales = new("--scale") { Description = "Scales of merges", HelpName = "X", DefaultValueFactory = _ => [1], AllowMultipleArgumentsPerToken = true };
    static readonly Option<bool> MergesOnly = new("--merges-only") { Description = "Only the base and the merges" };

    /// <param name="Own">On the adapter's own task; of merges the mean over their tasks.</param>
    sealed record Row(string Model, double? Own, double HeldOut, double Mean, IReadOnlyDictionary<string, double> Tasks);

    public static Verb Create() => new("score", "Score the embedded models on the world's tasks", "mergelab zoo score --out artifacts/zoo --limit 200 --merge average --scale 1 4", Run) { Out, World, Limit, Methods, Scales, MergesOnly };

    static ExitCode Run(Invocation invocation)
    {
        var zoo = new ZooLayout(invocation.Get(Out)!);
        var scorer = new ZooScorer(zoo, invocation.Get(World)!, invocation.Threads);
        WorldTask[] tasks = [.. TaskTable.Evaluated];
        string[] trained = [.. TaskTable.All.Select(t => t.Name).Where(t => Directory.Exists(zoo.Adapter(t)))];
        var rows = new List<Row>();
        var wanted = tasks.Select(t => (t, invocation.Get(Limit))).ToArray();
        Add("base", scorer.Score([], wanted, cancellation: invocation.Cancellation), trained);
        if (!invocation.Get(MergesOnly)) foreach (var name in trained) Add(name, scorer.Score([zoo.Adapter(name)], wanted, cancellation: invocation.Cancellation), [name]);
        foreach (var method in invocation.Get(Methods) ?? [])
        {
            foreach (var scale in invocation.Get(Scales)!)
            {
                var merge = new ZooMerge(method, trained, scale);
                Add(merge.Name, scorer.Score(merge, wanted, cancellation: invocation.Cancellation), trained);
            }
        }
        if (invocation.Json) invocation.WriteJson(rows);
        return ExitCode.Done;

        void Add(string model, IReadOnlyList<TaskScore> scores, string[] own)
        {
            var values = tasks.Zip(scores).ToDictionary(p => p.First.Name, p => p.Second.Value);
            var row = new Row(model, own.Length == 0 ? null : own.Average(t => values[t]), values[TaskTable.HeldOut.Name], TaskTable.All.Average(t => values[t.Name]), values);
            rows.Add(row);
            if (!invocation.Json) invocation.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model,-28} own {row.Own,5:F3} held-out {row.HeldOut,5:F3} mean {row.Mean,5:F3} | {string.Join(' ', tasks.Select(t => $"{t.Name[..Math.Min(8, t.Name.Length)]} {values[t.Name]:F2}"))}"));
        }
    }
}
