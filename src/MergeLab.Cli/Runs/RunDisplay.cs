using MergeLab.Cli.Commands;
using MergeLab.Execution;
using MergeLab.Experiments;

namespace MergeLab.Cli.Runs;

/// <summary>How a run is shown: events as JSON lines, a live view on a terminal, or a line when a stage starts and ends.</summary>
static class RunDisplay
{
    public static DisposableObserver Create(Invocation invocation, StageGraph graph, Func<PlanReport> plan)
    {
        if (invocation.Json) return new DisposableObserver(new JsonLinesObserver(invocation.Out), null);
        if (invocation.Quiet) return new DisposableObserver(new FailuresOnly(invocation.Error), null);
        if (Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") is "dumb") return new DisposableObserver(new PlainTextObserver(invocation.Error, invocation.Verbose), null);
        var live = new LiveRunView(new RunProgress(graph, plan()), new PlainTextObserver(invocation.Error, invocation.Verbose), invocation.Error);
        return new DisposableObserver(live, live);
    }

    /// <summary>An observer with what has to be tidied up after the run.</summary>
    public sealed class DisposableObserver(IRunObserver inner, IDisposable? cleanup) : IRunObserver, IDisposable
    {
        public void On(RunEvent happened) => inner.On(happened);

        public void Dispose() => cleanup?.Dispose();
    }

    sealed class FailuresOnly(TextWriter output) : IRunObserver
    {
        readonly PlainTextObserver lines = new(output);

        public void On(RunEvent happened)
        {
            if (happened is StageFailed or RunWarning) lines.On(happened);
        }
    }
}
