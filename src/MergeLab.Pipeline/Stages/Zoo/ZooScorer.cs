using MergeLab.Data.World;
using MergeLab.Evaluation;
using MergeLab.Evaluation.Tasks;

namespace MergeLab.Stages.Zoo;

/// <summary>Scores models of the zoo on the world's rows.</summary>
/// <param name="zoo">The models.</param>
/// <param name="world">Folder of the tasks' files.</param>
/// <param name="threads">Workers; the scores do not depend on them.</param>
public sealed class ZooScorer(ZooLayout zoo, string world, int threads)
{
    readonly Dictionary<(string File, string Split), IReadOnlyList<TaskRow>> rows = [];

    /// <summary>The scores of the base with some adapters on some tasks.</summary>
    /// <param name="adapters">Folders; none for the base alone.</param>
    /// <param name="tasks">Which tasks, each with the most rows to take.</param>
    /// <param name="split">Of the tasks.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    public IReadOnlyList<TaskScore> Score(IReadOnlyList<string> adapters, IEnumerable<(WorldTask Task, int Rows)> tasks, string split = "test", CancellationToken cancellation = default)
    {
        using var model = EvaluatedModel.Open(zoo.Base, adapters);
        var evaluator = new TaskEvaluator(model.Model, model.Tokenizer, WorldTask.TargetTokens);
        var scores = new List<TaskScore>();
        foreach (var (task, count) in tasks)
        {
            var file = Path.Combine(world, TaskFile.Name(task));
            if (!rows.TryGetValue((file, split), out var all)) rows.Add((file, split), all = TaskRowFile.Read(file, split));
            scores.Add(evaluator.Run([.. all.Take(count)], Metric.Parse(task.Metric), file, threads: threads, cancellation: cancellation));
        }
        return scores;
    }

    /// <summary>The scores of a merge, which lies in a scratch folder while it is scored.</summary>
    /// <param name="merge">What is merged.</param>
    /// <param name="tasks">Which tasks, each with the most rows to take.</param>
    /// <param name="split">Of the tasks.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    public IReadOnlyList<TaskScore> Score(ZooMerge merge, IEnumerable<(WorldTask Task, int Rows)> tasks, string split = "test", CancellationToken cancellation = default)
    {
        var scratch = Directory.CreateTempSubdirectory("mergelab-zoo-");
        try
        {
            var folder = Path.Combine(scratch.FullName, "merge");
            merge.Write(zoo, folder, threads, cancellation);
            return Score([folder], tasks, split, cancellation);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }
}
