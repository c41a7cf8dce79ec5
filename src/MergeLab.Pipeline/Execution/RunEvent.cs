using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MergeLab.Execution;

/// <summary>Something that happened in a run. In JSON, <c>event</c> names which.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(RunStarted), "run_started")]
[JsonDerivedType(typeof(StageWaiting), "stage_waiting")]
[JsonDerivedType(typeof(StageStarted), "stage_started")]
[JsonDerivedType(typeof(StageProgress), "stage_progress")]
[JsonDerivedType(typeof(StageFinished), "stage_finished")]
[JsonDerivedType(typeof(StageCached), "stage_cached")]
[JsonDerivedType(typeof(StageFailed), "stage_failed")]
[JsonDerivedType(typeof(StageSkipped), "stage_skipped")]
[JsonDerivedType(typeof(RunWarning), "warning")]
[JsonDerivedType(typeof(RunFinished), "run_finished")]
public abstract record RunEvent
{
    /// <summary>When, in UTC.</summary>
    public DateTime Time { get; init; } = DateTime.UtcNow;
}

/// <param name="Stages">Number of stages.</param>
/// <param name="Cores">Stages at once.</param>
/// <param name="Memory">Bytes they may take together.</param>
/// <param name="Cache">The cache's folder.</param>
public sealed record RunStarted(int Stages, int Cores, long Memory, string Cache) : RunEvent;

/// <summary>Another process makes the same result; this run takes it from there, or makes it itself when that process dies.</summary>
public sealed record StageWaiting(string Stage, string Kind, string Key) : RunEvent;

public sealed record StageStarted(string Stage, string Kind, string Key, int Threads) : RunEvent;

/// <param name="Stage">The stage.</param>
/// <param name="Share">Of its work, between 0 and 1.</param>
public sealed record StageProgress(string Stage, double Share) : RunEvent;

public sealed record StageFinished(string Stage, string Kind, string Key, string Output, double Seconds, long Bytes, long PeakMemory) : RunEvent;

/// <summary>Its result was in the cache, or another process published it meanwhile.</summary>
public sealed record StageCached(string Stage, string Kind, string Key, string Output) : RunEvent;

/// <param name="Stage">The stage.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Problem">What went wrong, as text of one to four lines.</param>
/// <param name="Rerun">A command that runs just this stage again.</param>
/// <param name="Trace">Where in the program, for errors that are not the user's; else null.</param>
/// <param name="MachineLacks">The machine is short of something (room, memory, a library); the stage itself is not at fault.</param>
public sealed record StageFailed(string Stage, string Kind, JsonObject Parameters, string Problem, string Rerun, string? Trace, bool MachineLacks = false) : RunEvent;

/// <param name="Stage">The stage.</param>
/// <param name="Because">The failed stage that it needs, directly or through others.</param>
public sealed record StageSkipped(string Stage, string Because) : RunEvent;

/// <summary>A damaged cache entry, or a stage that is not deterministic.</summary>
public sealed record RunWarning(string Message) : RunEvent;

/// <param name="Cached">Stages whose results were there.</param>
/// <param name="Ran">Stages that ran and were published.</param>
/// <param name="Failed">Stages that failed.</param>
/// <param name="Skipped">Stages that need a failed one.</param>
/// <param name="NotStarted">Stages left because the run stopped early.</param>
/// <param name="Interrupted">Whether it was cancelled.</param>
/// <param name="Seconds">Of the run.</param>
/// <param name="Bytes">Written.</param>
public sealed record RunFinished(int Cached, int Ran, int Failed, int Skipped, int NotStarted, bool Interrupted, double Seconds, long Bytes) : RunEvent;
