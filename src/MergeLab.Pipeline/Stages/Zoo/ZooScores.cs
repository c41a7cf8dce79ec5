using MergeLab.Data.World;
using MergeLab.Evaluation;
using MergeLab.Evaluation.Tasks;

namespace MergeLab.Stages.Zoo;

/// <summary>A merge's scores: on the held-out task, and the mean over the tasks of its adapters.</summary>
public sealed record MergeScores(string Method, int Models, double Scale, PairedGain HeldOut, PairedGain Own);

/// <summary>A scale tried on the validation rows.</summary>
/// <param name="Validation">Mean over the tasks.</param>
public sealed record ScaleTrial(double Scale, double Validation);

/// <summary>All that the zoo's card says in numbers: <c>scores.json</c>.</summary>
public sealed record ZooScores
{
    public const string FileName = "scores.json";

    static readonly double[] Scales = [1, 2, 3, 4, 6, 8];

    /// <summary>Columns of <see cref="Matrix"/>; the held-out task is the last.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Of each task.</summary>
    public required IReadOnlyList<string> Metrics { get; init; }

    /// <summary>What the most frequent answer scores on each task: for decisions the majority baseline.</summary>
    public required IReadOnlyList<double> Constants { get; init; }

    /// <summary>Rows of <see cref="Matrix"/>: the base, then the adapters.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    public required IReadOnlyList<IReadOnlyList<double>> Matrix { get; init; }

    /// <summary>Of each adapter on its own task against the base.</summary>
    public required IReadOnlyList<PairedGain> Own { get; init; }

    /// <summary>Of each adapter on the held-out task against the base.</summary>
    public required IReadOnlyList<PairedGain> HeldOut { get; init; }

    /// <summary>The paper's sets, and all.</summary>
    public required IReadOnlyList<MergeScores> Merges { get; init; }

    /// <summary>Of the merges of all adapters.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<ScaleTrial>> ScaleTrials { get; init; }

    /// <param name="zoo">All adapters must be there.</param>
    /// <param name="world">Folder of the tasks' files.</param>
    /// <param name="threads">Workers; the scores do not depend on them.</param>
    /// <param name="say">Told what is scored.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    public static ZooScores Measure(ZooLayout zoo, string world, int threads, Action<string> say, CancellationToken cancellation = default)
    {
        var scorer = new ZooScorer(zoo, world, threads);
        (WorldTask Task, int Rows)[] all = [.. TaskTable.Evaluated.Select(t => (t, int.MaxValue))];
        var own = all[..^1];
        say("base");
        var reference = scorer.Score([], all, cancellation: cancellation);
        List<IReadOnlyList<TaskScore>> adapters = [];
        foreach (var task in TaskTable.All)
        {
            say(task.Name);
            adapters.Add(scorer.Score([zoo.Adapter(task.Name)], all, cancellation: cancellation));
        }
        var names = TaskTable.All.Select(t => t.Name).ToArray();
        var trials = new Dictionary<string, IReadOnlyList<ScaleTrial>>();
        List<ZooMerge> merges = [];
        foreach (var method in new[] { "average", "geometric_median" })
        {
            merges.AddRange(ZooMerge.PaperSets.Select(s => new ZooMerge(method, s.Tasks, 1)));
            trials[method] = [.. Scales.Select(s => Try(new ZooMerge(method, names, s)))];
            merges.Add(new ZooMerge(method, names, 1));
            if (trials[method].MaxBy(t => t.Validation)!.Scale is not 1 and var best) merges.Add(new ZooMerge(method, names, best));
        }
        return new ZooScores
        {
            Tasks = [.. all.Select(t => t.Task.Name)],
            Metrics = [.. all.Select(t => t.Task.Metric)],
            Constants = [.. all.Zip(reference).Select(p => Constant(p.First.Task, p.Second))],
            Models = ["base", .. names],
            Matrix = [.. new[] { reference }.Concat(adapters).Select(m => m.Select(s => s.Value).ToArray())],
            Own = [.. adapters.Select((a, i) => PairedGain.Of(a[i], reference[i]))],
            HeldOut = [.. adapters.Select(a => PairedGain.Of(a[^1], reference[^1]))],
            Merges = [.. merges.Select(Score)],
            ScaleTrials = trials,
        };

        ScaleTrial Try(ZooMerge merge)
        {
            say($"{merge.Name}, validation");
            return new ScaleTrial(merge.Scale, scorer.Score(merge, own, "validation", cancellation).Average(s => s.Value));
        }

        MergeScores Score(ZooMerge merge)
        {
            say(merge.Name);
            var scores = scorer.Score(merge, all, cancellation: cancellation);
            int[] places = [.. merge.Tasks.Select(t => Array.IndexOf(names, t))];
            return new MergeScores(merge.Method, merge.Tasks.Count, merge.Scale, PairedGain.Of(scores[^1], reference[^1]),
                PairedGain.Of([.. places.Select(p => scores[p])], [.. places.Select(p => reference[p])]));
        }
    }

    static double Constant(WorldTask task, TaskScore rows)
    {
        var answer = rows.Rows.CountBy(r => r.Reference).OrderByDescending(a => a.Value).ThenBy(a => a.Key, StringComparer.Ordinal).First().Key;
        var values = Metric.Parse(task.Metric).Score([.. rows.Rows.Select(_ => (MetricValue)answer)], [.. rows.Rows.Select(r => new MetricValue[] { r.Reference })]).Corpus.Values;
        return values.TryGetValue("rougeL", out var rouge) ? rouge : values.Values.First();
    }
}
