using MergeLab.Core.Errors;
using MergeLab.Experiments;
using MergeLab.Store;

namespace MergeLab.Execution;

/// <summary>
/// Runs the stages of a graph as soon as what they need is there, several at once within a budget. Results do not depend on the order: any number of
/// schedulers, in any number of processes, may work on one cache and end with the same bytes.
/// </summary>
/// <param name="cache">Where results are found and published.</param>
/// <param name="kinds">The kinds of stages.</param>
/// <param name="runtime">The numeric runtime, asked only when a stage depends on it; this machine's by default.</param>
public sealed class Scheduler(StageCache cache, StageKindSet kinds, Func<string>? runtime = null)
{
    /// <param name="graph">The stages.</param>
    /// <param name="options">Budget, and what to do after a failure.</param>
    /// <param name="observer">Is told what happens.</param>
    /// <param name="cancellation">Stops starting stages and asks running ones to end; what they did is thrown away.</param>
    /// <exception cref="ProblemException">The graph is wrong, or the cache cannot be written. Failures of stages are in the summary.</exception>
    public RunSummary Run(StageGraph graph, RunOptions options, IRunObserver? observer = null, CancellationToken cancellation = default)
    {
        var order = StageOrder.Of(graph);
        foreach (var node in order) kinds.Of(node);
        var keys = new StageKeyBuilder(kinds, cache.Files.Of, runtime ?? (() => NumericRuntime.Read()));
        using var events = new EventRelay(observer);
        void Warn(string message) => events.Tell(new RunWarning(message));
        cache.Warned += Warn;
        try
        {
            using var run = new SchedulerRun(order, cache, kinds, keys, options, events.Tell, cancellation);
            return run.Execute();
        }
        finally
        {
            cache.Warned -= Warn;
        }
    }
}
