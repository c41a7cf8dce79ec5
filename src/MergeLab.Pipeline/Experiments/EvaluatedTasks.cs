namespace MergeLab.Experiments;

/// <summary>Which tasks something is evaluated on.</summary>
public static class EvaluatedTasks
{
    /// <summary>The tasks of the whole experiment, in file order; what the base is evaluated on.</summary>
    public static IReadOnlyList<string> Of(Experiment experiment) => Of(experiment, experiment.Adapters.Select(a => a.Name).ToHashSet(StringComparer.Ordinal));

    /// <summary>The tasks of what is made of some adapters, in file order: <c>own</c> stands for the tasks named as they are.</summary>
    public static IReadOnlyList<string> Of(Experiment experiment, IReadOnlyCollection<string> adapters) =>
        [.. experiment.Tasks.Where(t => experiment.Evaluate.Any(word => word switch
        {
            "all" => true,
            "held_out" => t.HeldOut,
            "own" => adapters.Contains(t.Name),
            _ => word == t.Name,
        })).Select(t => t.Name)];
}
