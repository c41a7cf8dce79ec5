using MergeLab.Core.Errors;
using MergeLab.Experiments;
using MergeLab.Store;

namespace MergeLab.Execution;

/// <summary>Says what a run would do and why, without doing or changing anything.</summary>
/// <param name="cache">The cache of stages.</param>
/// <param name="kinds">The kinds of stages.</param>
/// <param name="runtime">The numeric runtime, asked only when a stage depends on it; this machine's by default.</param>
public sealed class Planner(StageCache cache, StageKindSet kinds, Func<string>? runtime = null)
{
    /// <summary>What happens to a stage, while the stages that need it are planned.</summary>
    sealed record Draft(StageNode Node, PlannedStage Stage, string? OutputDigest, double Deviation);

    /// <exception cref="ProblemException">The graph is wrong (see <see cref="StageOrder"/>), or an input file is missing.</exception>
    public PlanReport Plan(StageGraph graph, Budget? budget = null)
    {
        budget ??= Budget.Here;
        var order = StageOrder.Of(graph);
        var durations = new DurationModel(cache.History);
        var keys = new StageKeyBuilder(kinds, OncePerPlan(cache.Files.Of), runtime ?? (() => NumericRuntime.Read()));
        var drafts = new Dictionary<StageNode, Draft>(order.Count);
        foreach (var node in order) drafts[node] = Decide(node, drafts, keys, durations);
        cache.Files.Save();
        return Report(order, drafts, durations, budget);
    }

    Draft Decide(StageNode node, Dictionary<StageNode, Draft> drafts, StageKeyBuilder keys, DurationModel durations)
    {
        var waits = node.Needs.Values.Where(n => drafts[n].OutputDigest is null).Select(n => n.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        StageKey? key = null;
        string? damage = null;
        if (waits.Count == 0)
        {
            key = keys.Build(node, n => drafts[n].OutputDigest!);
            (var entry, damage) = cache.Look(key);
            if (entry is not null)
                return new(node, new(node.Id, node.Kind, PlannedAction.Cached, key.Hash, [], [], null, null, null), entry.Digest, 0);
        }
        var last = cache.History.Read(node.Id);
        var (seconds, deviation) = durations.Predict(node, last);
        var stage = new PlannedStage(node.Id, node.Kind, key is null ? PlannedAction.Follow : PlannedAction.Run, key?.Hash,
            Reasons(node, key, damage, last, keys, n => drafts[n].OutputDigest), waits, seconds, last?.Bytes, kinds.Of(node).EstimateMemory(node));
        return new(node, stage, null, deviation);
    }

    List<PlanReason> Reasons(StageNode node, StageKey? key, string? damage, StageRecord? last, StageKeyBuilder keys, Func<StageNode, string?> outputDigest)
    {
        List<PlanReason> reasons = damage is null ? [] : [new(PlanCause.Damaged, damage)];
        if (last is null)
        {
            if (damage is null) reasons.Add(new(PlanCause.NeverRun));
            return reasons;
        }
        if (key?.Hash != last.Key)
            reasons.AddRange(KeyDifference.Between(last, node, kinds.Of(node).CodeVersion, keys.RuntimeOf(node), keys.KnownInputs(node, outputDigest)));
        if (reasons.Count == 0 && key is not null) reasons.Add(new(PlanCause.Missing));
        return reasons;
    }

    PlanReport Report(IReadOnlyList<StageNode> order, Dictionary<StageNode, Draft> drafts, DurationModel durations, Budget budget)
    {
        var all = order.Select(n => drafts[n]).ToList();
        var todo = all.Where(d => d.Stage.Action != PlannedAction.Cached).ToList();
        var index = todo.Select((d, i) => (d.Node, i)).ToDictionary(p => p.Node, p => p.i);
        var jobs = todo.Select(d => new SimulatedJob(d.Stage.Seconds ?? 0, d.Stage.Memory ?? 0, [.. d.Node.Needs.Values.Distinct().Where(index.ContainsKey).Select(n => index[n])])).ToList();
        var unpredicted = todo.Count(d => d.Stage.Seconds is null);
        double? seconds = unpredicted == todo.Count && todo.Count > 0 ? null : ListSchedule.Makespan(jobs, budget);
        return new(
            all.Count - todo.Count, todo.Count(d => d.Stage.Action == PlannedAction.Run), todo.Count(d => d.Stage.Action == PlannedAction.Follow),
            seconds, seconds is null ? null : Math.Sqrt(todo.Sum(d => d.Deviation * d.Deviation)) / Math.Max(1, budget.Cores), unpredicted, durations.RecordedRuns,
            todo.Sum(d => d.Stage.Bytes ?? 0), FreeBytes(cache.Root), budget, [.. all.Select(d => d.Stage)]);
    }

    static long FreeBytes(string root)
    {
        var folder = new DirectoryInfo(root);
        while (!folder.Exists && folder.Parent is { } parent) folder = parent;
        return new DriveInfo(folder.FullName).AvailableFreeSpace;
    }

    /// <summary>A plan is of one moment: thousands of stages that read one folder look at it once.</summary>
    static Func<string, string> OncePerPlan(Func<string, string> digest)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        return path => known.TryGetValue(path, out var found) ? found : known[path] = digest(path);
    }
}
