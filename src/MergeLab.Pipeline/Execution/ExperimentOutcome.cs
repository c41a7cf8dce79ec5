using MergeLab.Results.Comparison;

namespace MergeLab.Execution;

/// <summary>What became of one experiment in a run.</summary>
/// <param name="Name">The experiment.</param>
/// <param name="Folder">Its results; null where its report stage was not reached.</param>
/// <param name="Report">The HTML report.</param>
/// <param name="Diff">Against the snapshot; null where it was not compared.</param>
public sealed record ExperimentOutcome(string Name, string? Folder, string? Report, DiffReport? Diff);
