using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MergeLab.Execution;
using MergeLab.Experiments;
using MergeLab.Stages;
using MergeLab.Store;
using MergeLab.Testing;

namespace MergeLab.Benchmarks;

/// <summary>What the pipeline adds to the work of its stages: planning ten thousand, and running stages that do almost nothing.</summary>
sealed class StageBenchmark : IBenchmark
{
    const int Large = 10_000;
    const int Small = 300;

    public string Name => "stages";

    sealed class Tiny : IStageKind
    {
        public string Name => "tiny";
        public int CodeVersion { get; set; } = 1;
        public bool IsNumeric(StageNode node) => false;

        public long EstimateMemory(StageNode node) => 0;

        public void Run(StageContext context) => File.WriteAllText(Path.Combine(context.Output, "text"), context.Node.Id);
    }

    public IEnumerable<Figure> Run()
    {
        using var scratch = new ScratchFolder();
        var input = scratch.Write("input/config.json", "{}");
        var graph = Graph(Large, Path.GetDirectoryName(input)!);
        var kind = new Tiny();
        yield return Plan("never run", kind, graph, scratch);

        var small = Graph(Small, Path.GetDirectoryName(input)!);
        using (var cache = new StageCache(scratch.File("small")))
        {
            var clock = Stopwatch.StartNew();
            new Scheduler(cache, new StageKindSet([kind])).Run(small, new(Budget.Here));
            yield return new("run a stage that writes one small file, on the disk when it ends", clock.Elapsed.TotalMilliseconds / Small, "ms");
        }
        using (var cache = new StageCache(scratch.File("cache"))) new Scheduler(cache, new StageKindSet([kind])).Run(graph, new(Budget.Here));
        yield return Plan("cached", kind, graph, scratch);
        using (var cache = new StageCache(scratch.File("cache")))
        {
            var clock = Stopwatch.StartNew();
            new Scheduler(cache, new StageKindSet([kind])).Run(graph, new(Budget.Here));
            yield return new($"run of {Large} cached stages", clock.Elapsed.TotalSeconds, "s");
        }
        kind.CodeVersion = 2;
        yield return Plan("of changed code", kind, graph, scratch);
    }

    static Figure Plan(string what, Tiny kind, StageGraph graph, ScratchFolder scratch)
    {
        using var cache = new StageCache(scratch.File("cache"));
        var clock = Stopwatch.StartNew();
        new Planner(cache, new StageKindSet([kind])).Plan(graph);
        var seconds = clock.Elapsed.TotalSeconds;
        return new($"plan of {Large} stages, {what}", seconds, "s", "at most 2 s", seconds <= 2);
    }

    static StageGraph Graph(int size, string input)
    {
        var nodes = new List<StageNode>(size);
        for (var i = 0; i < size; i++)
        {
            var needs = i == 0 ? [] : new Dictionary<string, StageNode> { ["a"] = nodes[i / 2], ["b"] = nodes[i / 3] };
            nodes.Add(new(i.ToString(CultureInfo.InvariantCulture), "tiny", new JsonObject { ["index"] = i, ["density"] = 0.2 }, new Dictionary<string, string> { ["base"] = input }, needs));
        }
        return new(nodes);
    }
}
