using System.Globalization;

namespace MergeLab.Execution;

/// <summary>A line when a stage starts and one when it ends, for logs; cached stages are only counted.</summary>
/// <param name="output">Usually standard error.</param>
/// <param name="traces">Also where in the program unexpected errors arose.</param>
public sealed class PlainTextObserver(TextWriter output, bool traces = false) : IRunObserver
{
    int stages, ended;

    public void On(RunEvent happened)
    {
        if (happened is RunStarted started) stages = started.Stages;
        if (happened is StageFinished or StageCached or StageFailed or StageSkipped) ended++;
        if (Line(happened) is not { } line) return;
        output.Write(line + "\n");
        output.Flush();
    }

    string? Line(RunEvent happened) => happened switch
    {
        StageWaiting s => $"{Count()} wait   {s.Stage}  another process makes it",
        StageStarted s => $"{Count()} start  {s.Stage}",
        StageFinished s => $"{Count()} done   {s.Stage}  {Words.Time(s.Seconds)}, {Words.Bytes(s.Bytes)}",
        StageFailed s => $"{Count()} FAILED {s.Stage}\n{Indented(s.Problem)}{(traces && s.Trace is { } trace ? "\n" + Indented(trace) : "")}\n    again: {s.Rerun}",
        StageSkipped s => $"{Count()} skip   {s.Stage}  needs {s.Because}, which failed",
        RunWarning w => $"warning: {w.Message}",
        RunFinished f => Totals(f),
        _ => null,
    };

    static string Totals(RunFinished f)
    {
        (int Count, string What)[] counts = [(f.Cached, "cached"), (f.Ran, "ran"), (f.Failed, "failed"), (f.Skipped, "skipped"), (f.NotStarted, "not started")];
        var text = string.Join(", ", counts.Where(c => c.Count > 0).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Count} {c.What}")));
        return $"{(f.Interrupted ? "interrupted: " : "")}{(text.Length > 0 ? text : "no stages")} in {Words.Time(f.Seconds)}";
    }

    string Count() => string.Create(CultureInfo.InvariantCulture, $"[{ended}/{stages}]");

    static string Indented(string text) => "    " + text.ReplaceLineEndings("\n    ");
}
