using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MergeLab.Execution;
using MergeLab.Experiments;
using MergeLab.Stages;
using MergeLab.Store;

namespace MergeLab.Pipeline.Tests.Execution;

/// <summary>Concatenates its inputs in the order of their roles, and its parameter <c>add</c> behind them. What else it does, tests say.</summary>
sealed class Concatenation : IStageKind
{
    public const string FileName = "text";

    public string Name { get; init; } = "concat";
    public int CodeVersion { get; set; } = 1;
    public bool Numeric { get; set; }
    public bool GoesFirst { get; init; }
    public long Memory { get; set; }
    public Action<StageContext> Before { get; set; } = _ => { };
    public Action<StageContext> After { get; set; } = _ => { };

    public bool IsNumeric(StageNode node) => Numeric;

    public long EstimateMemory(StageNode node) => Memory;

    public void Run(StageContext context)
    {
        Before(context);
        var inputs = context.Node.Files.Concat(context.Inputs.Select(i => KeyValuePair.Create(i.Key, Path.Combine(i.Value, FileName))));
        using (var output = File.CreateText(Path.Combine(context.Output, FileName)))
        {
            foreach (var (_, path) in inputs.OrderBy(i => i.Key, StringComparer.Ordinal)) output.Write(File.ReadAllText(path));
            output.Write(context.Node.Parameters["add"]?.GetValue<string>());
        }
        context.Progress(1);
        After(context);
    }
}

/// <summary>A scratch cache with one kind of stage, and graphs over it.</summary>
sealed class Workshop : IDisposable
{
    readonly ScratchFolder scratch = new();

    public Workshop() => Cache = new StageCache(Root);

    public string Root => scratch.File("cache");
    public Concatenation Kind { get; } = new();
    public StageCache Cache { get; private set; }
    public Recorder Events { get; } = new();
    public string Runtime { get; set; } = "libtorch A";
    public StageKindSet Kinds => new([Kind, new Concatenation { Name = "check", GoesFirst = true }]);

    public string Write(string name, string text) => scratch.Write(name, text);

    public static StageNode Stage(string id, string add, params (string Role, object Input)[] inputs) => new(
        id, "concat", new JsonObject { ["add"] = add },
        inputs.Where(i => i.Input is string).ToDictionary(i => i.Role, i => (string)i.Input),
        inputs.Where(i => i.Input is StageNode).ToDictionary(i => i.Role, i => (StageNode)i.Input));

    /// <summary>As a later run sees it: nothing is remembered but what lies on the disk.</summary>
    public void Reopen()
    {
        Cache.Dispose();
        Cache = new StageCache(Root);
        Events.Clear();
    }

    public RunSummary Run(StageGraph graph, int cores = 2, bool keepGoing = false, long memory = 1 << 20, CancellationToken cancellation = default) =>
        new Scheduler(Cache, Kinds, () => Runtime).Run(graph, new RunOptions(new Budget(cores, memory), keepGoing), Events, cancellation);

    public PlanReport Plan(StageGraph graph, int cores = 2) => new Planner(Cache, Kinds, () => Runtime).Plan(graph, new Budget(cores, 1 << 20));

    /// <summary>Runs in a run of its own, then plans in another.</summary>
    public RunSummary RunAfresh(StageGraph graph)
    {
        var summary = Run(graph);
        Assert.Empty(summary.Failed);
        Reopen();
        return summary;
    }

    public static string Text(RunSummary summary, string id) => File.ReadAllText(Path.Combine(summary.Entries[id].Output, Concatenation.FileName));

    /// <summary>Temporary folders, locks and half entries that are left.</summary>
    public IReadOnlyList<string> Leftovers()
    {
        Cache.Dispose();
        string[] folders = ["tmp", "locks"];
        return [.. folders.Select(f => Path.Combine(Root, f)).Where(Directory.Exists).SelectMany(Directory.GetFileSystemEntries)];
    }

    public void Dispose()
    {
        Cache.Dispose();
        scratch.Dispose();
    }

    public sealed class Recorder : IRunObserver
    {
        readonly ConcurrentQueue<RunEvent> events = new();

        public IReadOnlyList<RunEvent> All => [.. events];

        public List<T> Of<T>() where T : RunEvent => [.. events.OfType<T>()];

        public void On(RunEvent happened) => events.Enqueue(happened);

        public void Clear() => events.Clear();
    }
}
