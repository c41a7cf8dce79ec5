namespace MergeLab.Experiments;

/// <summary>What an evaluate stage's rows of results are called: names, which are no part of what the stage computes.</summary>
/// <param name="Experiment">Name of the experiment.</param>
/// <param name="Method">A method, or pretrained, or individual.</param>
/// <param name="Variant">Canonical JSON of the varied parameters; "{}" without any.</param>
/// <param name="SetName">A set; <see cref="PretrainedSet"/> for the base, the adapter for an adapter alone.</param>
/// <param name="Models">Number of merged models; 0 for the base, 1 for an adapter alone.</param>
/// <param name="Task">The task.</param>
/// <param name="Split">The task's split; "all" where every row is taken.</param>
/// <param name="Metrics">Names of the figures, such as rouge1, in the order of the task's metrics.</param>
/// <param name="Merge">The stage that made the evaluated model; null for the base and single adapters.</param>
/// <param name="Published">A paper's figures for this cell, by metric.</param>
/// <param name="PublishedSetup">What the paper's figures are of; null without any.</param>
public sealed record EvaluateCell(
    string Experiment, string Method, string Variant, string SetName, int Models, string Task, string Split, IReadOnlyList<string> Metrics,
    StageNode? Merge, IReadOnlyDictionary<string, double> Published, string? PublishedSetup)
{
    public const string PretrainedSet = "base";
    public const string EveryRow = "all";
}
