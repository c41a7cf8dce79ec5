using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MergeLab.Execution;

/// <summary>What a run would do with a stage.</summary>
public enum PlannedAction
{
    /// <summary>Its result is in the cache.</summary>
    Cached,

    /// <summary>It would run.</summary>
    Run,

    /// <summary>It waits for a stage that would run; where that one's output turns out the same, it need not run.</summary>
    Follow,
}

public enum PlanCause
{
    /// <summary>No stage of this id has run with this cache.</summary>
    NeverRun,

    /// <summary>A field of its key differs from the last run's.</summary>
    Changed,

    /// <summary>Nothing changed, but the cache has no such entry.</summary>
    Missing,

    /// <summary>The cache has an entry that is not whole.</summary>
    Damaged,
}

/// <summary>One reason why a stage would run.</summary>
/// <param name="Cause">The kind of reason.</param>
/// <param name="Field">The field that changed, such as <c>parameters.density</c>; for damage, what is wrong.</param>
/// <param name="Old">JSON of the field in the last run; null where it was absent.</param>
/// <param name="New">JSON of the field now; null where it is absent.</param>
/// <param name="Source">For an input: its path, or the id of the stage it comes from.</param>
public sealed record PlanReason(PlanCause Cause, string? Field = null, string? Old = null, string? New = null, string? Source = null);

/// <param name="Key">Null while a needed stage has to run first.</param>
/// <param name="WaitsFor">Ids of needed stages that would run or wait themselves.</param>
/// <param name="Seconds">Predicted from recorded runs; null without any, and for cached stages.</param>
/// <param name="Bytes">What it wrote when it last ran; null where it never did, and for cached stages.</param>
/// <param name="Memory">Bytes it may take; null for cached stages.</param>
public sealed record PlannedStage(
    string Id, string Kind, PlannedAction Action, string? Key, IReadOnlyList<PlanReason> Reasons, IReadOnlyList<string> WaitsFor,
    double? Seconds, long? Bytes, long? Memory);

/// <summary>What a run would do, and why.</summary>
/// <param name="Stages">Needs before those that need them.</param>
/// <param name="Seconds">Predicted length of the run on the budget; null where no stage that would run is recorded.</param>
/// <param name="Spread">One standard deviation of <paramref name="Seconds"/>, from the spread of recorded runs.</param>
/// <param name="Unpredicted">Stages that would run without any record to predict from; they count as nothing in <paramref name="Seconds"/>.</param>
/// <param name="RecordedRuns">Runs that the prediction rests on.</param>
/// <param name="Bytes">To be written, as far as known.</param>
/// <param name="FreeBytes">On the disk of the cache.</param>
public sealed record PlanReport(
    int Cached, int ToRun, int Following, double? Seconds, double? Spread, int Unpredicted, int RecordedRuns, long Bytes, long FreeBytes, Budget Budget,
    IReadOnlyList<PlannedStage> Stages)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Whether a run would have nothing to do.</summary>
    [JsonIgnore]
    public bool IsUpToDate => ToRun + Following == 0;

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
