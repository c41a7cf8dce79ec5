using MergeLab.Core.Errors;
using MergeLab.Store;

namespace MergeLab.Execution;

/// <summary>How to run.</summary>
/// <param name="Budget">What stages may use together.</param>
/// <param name="KeepGoing">After a failure, still run what does not need the failed stage; else only what runs already is finished.</param>
public sealed record RunOptions(Budget Budget, bool KeepGoing = false);

/// <summary>What a run did.</summary>
/// <param name="Entries">Results by stage id, of cached stages and those that ran.</param>
/// <param name="Ran">Ids of stages that ran, in the order they ended.</param>
/// <param name="Failed">Failures in the order they happened.</param>
/// <param name="Skipped">Stages that need a failed one.</param>
/// <param name="NotStarted">Ids of stages left because the run stopped early.</param>
/// <param name="Interrupted">Whether it was cancelled.</param>
/// <param name="Seconds">Of the run.</param>
public sealed record RunSummary(
    IReadOnlyDictionary<string, CacheEntry> Entries, IReadOnlyList<string> Ran, IReadOnlyList<StageFailed> Failed, IReadOnlyList<StageSkipped> Skipped,
    IReadOnlyList<string> NotStarted, bool Interrupted, double Seconds)
{
    /// <summary>A stage that failed of itself tells more than one that the machine had no room for.</summary>
    public ExitCode Exit => Interrupted ? ExitCode.Interrupted
        : Failed.Count == 0 ? ExitCode.Done
        : Failed.All(f => f.MachineLacks) ? ExitCode.MachineLacks : ExitCode.CheckFailed;
}
