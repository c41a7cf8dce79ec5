using MergeLab.Data.World;
using MergeLab.Evaluation;
using MergeLab.Evaluation.Tasks;

namespace MergeLab.Stages.Zoo;

/// <summary>Scores models of the zoo on the world's test rows.</summary>
/// <param name="zoo">The models.</param>
/// <param name="world">Folder of the tasks' files.</param>
/// <param name="threads">Workers; the scores do not depend on them.</param>
public sealed class ZooScorer(ZooLayout zoo, string world, int threads)
{
    readonly Dictionary<string, IReadOnlyList<TaskRow>> rows = new(StringComparer.Ordinal);

    /// <summary>The scores of the base with some adapters on some tasks.</summary>
    /// <param name="adapters">Folders; none for the base alone.</param>
    /// <param name="tasks">Which tasks, each with the most rows to take.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    public IReadOnlyList<TaskScore> Score(IReadOnlyList<string> adapters, IEnumerable<(WorldTask Task, int Rows)> tasks, CancellationToken cancellation = default)
    {
        using var model = EvaluatedModel.Open(zoo.Base, adapters);
        var evaluator = new TaskEvaluator(model.Model, model.Tokenizer, WorldTask.TargetTokens);
        var scores = new List<TaskScore>();
        foreach (var (task, count) in tasks)
        {
            var file = Path.Combine(world, TaskFile.Name(task));
            if (!rows.TryGetValue(file, out var all)) rows.Add(file, all = TaskRowFile.Read(file, "test"));
            scores.Add(evaluator.Run([.. all.Take(count)], Metric.Parse(task.Metric), file, threads: threads, cancellation: cancellation));
        }
        return scores;
    }
}
