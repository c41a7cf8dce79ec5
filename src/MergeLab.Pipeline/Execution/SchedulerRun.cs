using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using MergeLab.Core.Errors;
using MergeLab.Experiments;
using MergeLab.Store;

namespace MergeLab.Execution;

/// <summary>
/// One run of the scheduler. The calling thread decides; workers do two sorts of work: they look a stage up in the cache, and they run one that is not
/// there. Looking up goes first, because it shows what there is to do.
/// </summary>
sealed class SchedulerRun : IDisposable
{
    /// <summary>How long a stage that another process works on is left before it is tried again.</summary>
    static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(100);

    sealed class Task(StageNode node, int place)
    {
        public StageNode Node { get; } = node;
        public int Place { get; } = place;
        public int Missing { get; set; }
        public List<Task> Dependants { get; } = [];
        public double Level { get; set; }
        public StageKey? Key { get; set; }
        public long Memory { get; set; }
        public long NotBefore { get; set; }
        public bool Ended { get; set; }
    }

    /// <param name="Task">The stage.</param>
    /// <param name="Entry">Its result; null where it has to run still.</param>
    /// <param name="Ran">Whether this run made it.</param>
    /// <param name="BusyElsewhere">Another process works on it.</param>
    /// <param name="Error">Why it failed.</param>
    sealed record Outcome(Task Task, CacheEntry? Entry = null, bool Ran = false, bool BusyElsewhere = false, Exception? Error = null)
    {
        /// <summary>Workers and memory that it took and gives back.</summary>
        public int Slots { get; init; }

        public long Memory { get; init; }
    }

    readonly List<Task> tasks;
    readonly StageCache cache;
    readonly StageKindSet kinds;
    readonly StageRunner runner;
    readonly RunOptions options;
    readonly Action<RunEvent> tell;
    readonly CancellationToken cancellation;
    readonly WorkerThreads workers;
    readonly BlockingCollection<Outcome> outcomes = [];
    readonly ConcurrentDictionary<StageNode, CacheEntry> entries = new();
    readonly PriorityQueue<Task, (double, int)> toResolve = new();
    readonly SortedSet<Task> toRun = new(Comparer<Task>.Create((a, b) => Order(a).CompareTo(Order(b))));

    readonly List<string> ran = [];
    readonly List<StageFailed> failed = [];
    readonly List<StageSkipped> skipped = [];
    readonly Dictionary<string, List<double>> durations = new(StringComparer.Ordinal);
    int freeSlots, inFlight;
    long freeMemory, bytes;

    public SchedulerRun(
        IReadOnlyList<StageNode> order, StageCache cache, StageKindSet kinds, StageKeyBuilder keys, RunOptions options, Action<RunEvent> tell, CancellationToken cancellation)
    {
        (this.cache, this.kinds, this.options, this.tell, this.cancellation) = (cache, kinds, options, tell, cancellation);
        runner = new StageRunner(cache, kinds, keys, tell, cancellation);
        freeSlots = Math.Max(1, options.Budget.Cores);
        freeMemory = options.Budget.Memory;
        workers = new WorkerThreads(freeSlots);
        tasks = Link(order, cache.History, kinds);
    }

    bool Stopping => cancellation.IsCancellationRequested || (failed.Count > 0 && !options.KeepGoing);

    public RunSummary Execute()
    {
        var clock = Stopwatch.StartNew();
        tell(new RunStarted(tasks.Count, options.Budget.Cores, options.Budget.Memory, cache.Root));
        MarkInUse();
        foreach (var task in tasks.Where(t => t.Missing == 0)) Offer(task);
        for (; ; )
        {
            if (!Stopping) StartWhatFits();
            if (inFlight == 0 && (Stopping || toRun.Count == 0)) break;
            if (inFlight == 0) cancellation.WaitHandle.WaitOne(Busy);
            else if (outcomes.TryTake(out var outcome, toRun.Count > 0 ? Busy : Timeout.InfiniteTimeSpan)) Take(outcome);
        }
        foreach (var (kind, seconds) in durations) cache.History.NoteDurations(kind, seconds);
        cache.Files.Save();
        return Finish(clock.Elapsed.TotalSeconds);
    }

    public void Dispose()
    {
        workers.Dispose();
        outcomes.Dispose();
    }

    static (double, int) Order(Task task) => (-task.Level, task.Place);

    /// <summary>The longest chain of recorded work goes first, as in <see cref="ListSchedule"/>.</summary>
    static List<Task> Link(IReadOnlyList<StageNode> order, StageHistory history, StageKindSet kinds)
    {
        var tasks = order.Select((n, i) => new Task(n, i)).ToList();
        var byNode = tasks.ToDictionary(t => t.Node);
        var typical = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var task in tasks)
            foreach (var need in task.Node.Needs.Values.Distinct())
            {
                byNode[need].Dependants.Add(task);
                task.Missing++;
            }
        foreach (var task in Enumerable.Reverse(tasks))
        {
            if (!typical.TryGetValue(task.Node.Kind, out var seconds))
                typical[task.Node.Kind] = seconds = history.Durations(task.Node.Kind) is { Count: > 0 } known ? known.Order().ElementAt(known.Count / 2) : 1;
            task.Level = kinds.Of(task.Node).GoesFirst ? double.MaxValue : seconds + task.Dependants.Select(d => d.Level).DefaultIfEmpty(0).Max();
        }
        return tasks;
    }

    /// <summary>A run that only reads does without the mark where the cache is read-only.</summary>
    void MarkInUse()
    {
        try
        {
            cache.BeginSession();
        }
        catch (ProblemException)
        {
            // Asked again, and told, when a stage has to run.
        }
    }

    void Offer(Task task) => toResolve.Enqueue(task, Order(task));

    void StartWhatFits()
    {
        while (freeSlots > 0)
        {
            if (toResolve.TryDequeue(out var task, out _)) Start(task, 1, 0, () => Resolve(task));
            else if (NextToRun() is { } next)
            {
                toRun.Remove(next);
                // One clear error before any work, not one per stage.
                cache.BeginSession();
                // More threads for one stage never pay as well as another stage: only where there is no other.
                var threads = inFlight == 0 && toRun.Count == 0 ? freeSlots : 1;
                Start(next, threads, next.Memory, () => Run(next, threads));
            }
            else return;
        }
    }

    Task? NextToRun()
    {
        var now = Environment.TickCount64;
        return toRun.FirstOrDefault(t => t.Memory <= freeMemory && t.NotBefore <= now);
    }

    void Start(Task task, int slots, long memory, Func<Outcome> work)
    {
        freeSlots -= slots;
        freeMemory -= memory;
        inFlight++;
        workers.Post(() =>
        {
            Outcome outcome;
            try
            {
                outcome = work();
            }
#pragma warning disable CA1031 // Whatever a stage throws is that stage's failure; the others go on.
            catch (Exception e)
#pragma warning restore CA1031
            {
                outcome = new(task, Error: e);
            }
            outcomes.Add(outcome with { Slots = slots, Memory = memory });
        });
    }

    Outcome Resolve(Task task)
    {
        cancellation.ThrowIfCancellationRequested();
        (task.Key, var entry) = runner.Resolve(task.Node, entries);
        if (entry is not null) return new(task, entry);
        var memory = kinds.Of(task.Node).EstimateMemory(task.Node);
        if (memory > options.Budget.Memory)
            throw new ProblemException($"stage {task.Node.Id} takes more memory than there is", why: $"it may take {Words.Bytes(memory)} of {Words.Bytes(options.Budget.Memory)}",
                remedy: "give more with --memory, or run it on a larger machine", exit: ExitCode.MachineLacks);
        task.Memory = memory;
        return new(task);
    }

    Outcome Run(Task task, int threads) => runner.Run(task.Node, task.Key!, entries, threads) is var (entry, ran) ? new(task, entry, ran) : new(task, BusyElsewhere: true);

    void Take(Outcome outcome)
    {
        var task = outcome.Task;
        inFlight--;
        freeSlots += outcome.Slots;
        freeMemory += outcome.Memory;
        if (outcome.Entry is not null) Succeed(task, outcome.Entry, outcome.Ran);
        else if (outcome.Error is not null) Fail(task, outcome.Error);
        else
        {
            if (outcome.BusyElsewhere)
            {
                if (task.NotBefore == 0) tell(new StageWaiting(task.Node.Id, task.Node.Kind, task.Key!.Hash));
                task.NotBefore = Environment.TickCount64 + (long)Busy.TotalMilliseconds;
            }
            toRun.Add(task);
        }
    }

    void Succeed(Task task, CacheEntry entry, bool ranNow)
    {
        task.Ended = true;
        entries[task.Node] = entry;
        if (ranNow)
        {
            ran.Add(task.Node.Id);
            bytes += entry.Manifest.Bytes;
            if (!durations.TryGetValue(task.Node.Kind, out var seconds)) durations[task.Node.Kind] = seconds = [];
            seconds.Add(entry.Manifest.Seconds);
        }
        else tell(new StageCached(task.Node.Id, task.Node.Kind, entry.Manifest.Key, entry.Digest));
        foreach (var next in task.Dependants)
            if (--next.Missing == 0) Offer(next);
    }

    void Fail(Task task, Exception error)
    {
        if (error is OperationCanceledException && cancellation.IsCancellationRequested) return;
        task.Ended = true;
        var problem = StageProblem.Of(error, task.Node.Id);
        var failure = new StageFailed(
            task.Node.Id, task.Node.Kind, task.Node.Parameters, problem.ToString(), Rerun(task.Node.Id), error is ProblemException ? null : error.ToString(), problem.Exit == ExitCode.MachineLacks);
        failed.Add(failure);
        tell(failure);
        var waiting = new Stack<Task>(task.Dependants);
        while (waiting.TryPop(out var dependant))
        {
            if (dependant.Ended) continue;
            dependant.Ended = true;
            skipped.Add(new(dependant.Node.Id, task.Node.Id));
            tell(skipped[^1]);
            foreach (var next in dependant.Dependants) waiting.Push(next);
        }
    }

    static string Rerun(string id) => string.Create(CultureInfo.InvariantCulture, $"mergelab run --only='{id.Replace("'", "'\\''", StringComparison.Ordinal)}'");

    RunSummary Finish(double seconds)
    {
        var left = tasks.Where(t => !t.Ended).Select(t => t.Node.Id).ToList();
        // A cancellation that came when all was done interrupted nothing.
        var interrupted = cancellation.IsCancellationRequested && left.Count > 0;
        tell(new RunFinished(entries.Count - ran.Count, ran.Count, failed.Count, skipped.Count, left.Count, interrupted, seconds, bytes));
        return new(entries.ToDictionary(e => e.Key.Id, e => e.Value, StringComparer.Ordinal), ran, failed, skipped, left, interrupted, seconds);
    }
}
