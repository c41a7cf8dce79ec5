using System.Globalization;
using System.Text;

namespace MergeLab.Execution;

/// <summary>A plan as people read it: a line per stage that would run or waits, then what it would take.</summary>
public static class PlanText
{
    const int ShownDigits = 8;
    const int ShownCharacters = 40;
    const int WidestId = 60;
    const string DigestMark = "sha256:";

    public static string Of(PlanReport plan)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Words.Count(plan.Stages.Count, "stage")}: {plan.Cached} cached, {plan.ToRun} to run, {plan.Following} follow\n");
        var shown = plan.Stages.Where(s => s.Action != PlannedAction.Cached).ToList();
        var width = shown.Select(s => s.Id.Length).Where(l => l <= WidestId).DefaultIfEmpty(0).Max();
        foreach (var stage in shown)
            text.Append(CultureInfo.InvariantCulture, $"{(stage.Action == PlannedAction.Run ? "RUN " : "HELD")}  {stage.Id.PadRight(width)}  {Why(stage)}\n");
        if (shown.Count > 0) text.Append(Totals(plan)).Append('\n');
        return text.ToString();
    }

    static string Why(PlannedStage stage)
    {
        var parts = stage.Reasons.Select(Of).ToList();
        // The first is enough to see; all are in the JSON form.
        var why = parts.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{parts[0]} (and {parts.Count - 1} more)") : parts.FirstOrDefault();
        if (stage.Action != PlannedAction.Follow) return why ?? "";
        var waits = stage.WaitsFor.Count == 1 ? $"waits for {stage.WaitsFor[0]}" : string.Create(CultureInfo.InvariantCulture, $"waits for {Words.Count(stage.WaitsFor.Count, "stage")}");
        return stage.Reasons.Any(r => r.Cause == PlanCause.Changed) ? $"{waits}; {why}" : waits;
    }

    /// <summary>One reason in a few words.</summary>
    public static string Of(PlanReason reason) => reason switch
    {
        { Cause: PlanCause.NeverRun } => "never run",
        { Cause: PlanCause.Missing } => "missing from the cache",
        { Cause: PlanCause.Damaged } => $"damaged: {reason.Field}",
        { Field: "codeVersion" } => $"code version {reason.Old} → {reason.New}",
        { Source: { } source } => $"{reason.Field} {Short(reason.Old)} → {Short(reason.New)} ({source})",
        _ => $"{reason.Field} {Short(reason.Old)} → {Short(reason.New)}",
    };

    static string Short(string? value) =>
        value is null ? "(none)"
        : value.StartsWith(DigestMark, StringComparison.Ordinal) ? value[DigestMark.Length..][..ShownDigits]
        : value.Length > ShownCharacters ? value[..(ShownCharacters - 1)] + "…"
        : value;

    static string Totals(PlanReport plan)
    {
        var time = plan.Seconds is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $"predicted {Words.Time(seconds)} on {Words.Count(plan.Budget.Cores, "core")} (from {Words.Count(plan.RecordedRuns, "recorded run")}, ± {Words.Time(plan.Spread ?? 0)}")
                + (plan.Unpredicted > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {Words.Count(plan.Unpredicted, "stage")} without a record not counted)") : ")")
            : "no recorded runs to predict from";
        return $"{time} · writes {(plan.Bytes > 0 ? Words.Bytes(plan.Bytes) : "an unknown amount")}, {Words.Bytes(plan.FreeBytes)} free";
    }
}
