using System.Globalization;
using System.Text;
using MergeLab.Execution;

namespace MergeLab.Cli.Runs;

/// <summary>
/// A few lines at the foot of the terminal that are redrawn while a run goes on: the stages that run, and how much is done. What has ended
/// scrolls past above them as plain lines.
/// </summary>
sealed class LiveRunView : IRunObserver, IDisposable
{
    const int MostStages = 8;
    const string EraseLine = "\u001b[2K";
    const string LineUp = "\u001b[1A";
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    readonly RunProgress progress;
    readonly PlainTextObserver lines;
    readonly TextWriter terminal;
    readonly Lock gate = new();
    readonly Timer timer;
    int drawn;
    bool closed;

    public LiveRunView(RunProgress progress, PlainTextObserver lines, TextWriter terminal)
    {
        (this.progress, this.lines, this.terminal) = (progress, lines, terminal);
        timer = new Timer(_ => Redraw(), null, TimeSpan.Zero, Pause);
    }

    public void On(RunEvent happened)
    {
        progress.On(happened);
        // Starting is seen in the live lines; only what ends stays on the screen.
        if (happened is StageStarted or StageProgress) return;
        lock (gate)
        {
            Erase();
            lines.On(happened);
            Draw(progress.Snapshot(DateTime.UtcNow));
        }
    }

    void Redraw()
    {
        var snapshot = progress.Snapshot(DateTime.UtcNow);
        lock (gate)
        {
            if (!closed) Draw(snapshot);
        }
    }

    void Draw(ProgressSnapshot snapshot)
    {
        var text = new StringBuilder();
        var width = Math.Max(40, Width());
        foreach (var stage in snapshot.Running.Take(MostStages))
        {
            var share = stage.Share is { } done ? string.Create(CultureInfo.InvariantCulture, $" {done * 100:0} %") : "";
            text.Append(Fit($"  {stage.Id}  {Words.Time(stage.Seconds)}{share}", width)).Append('\n');
        }
        var left = snapshot.Remaining is { } seconds ? $", about {Words.Time(seconds)} left" : "";
        text.Append(Fit($"{Bar(snapshot, 24)} {snapshot.Ended} of {snapshot.Stages} stages{(snapshot.Failed > 0 ? $", {snapshot.Failed} failed" : "")}{left}", width)).Append('\n');
        Erase();
        terminal.Write(text);
        terminal.Flush();
        drawn = text.ToString().Count(c => c == '\n');
    }

    static string Bar(ProgressSnapshot snapshot, int width)
    {
        var full = snapshot.Stages == 0 ? width : width * snapshot.Ended / snapshot.Stages;
        return new string('█', full) + new string('░', width - full);
    }

    static string Fit(string line, int width) => line.Length < width ? line : line[..(width - 2)] + "…";

    static int Width()
    {
        try
        {
            return Console.WindowWidth;
        }
        catch (IOException)
        {
            return 80;
        }
    }

    void Erase()
    {
        for (; drawn > 0; drawn--) terminal.Write(LineUp + EraseLine);
        terminal.Write('\r');
    }

    public void Dispose()
    {
        timer.Dispose();
        lock (gate)
        {
            closed = true;
            Erase();
            terminal.Flush();
        }
    }
}
