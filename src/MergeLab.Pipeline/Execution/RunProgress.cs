using MergeLab.Experiments;

namespace MergeLab.Execution;

/// <summary>A stage that runs now.</summary>
/// <param name="Share">Of its work that is done, where it tells.</param>
public sealed record RunningStage(string Id, string Kind, double? Share, double Seconds);

/// <summary>Where a run stands.</summary>
/// <param name="Remaining">Seconds still to go by a simulated schedule; null while nothing is known to predict from.</param>
public sealed record ProgressSnapshot(int Stages, int Cached, int Ran, int Failed, int Skipped, IReadOnlyList<RunningStage> Running, double? Remaining)
{
    public int Ended => Cached + Ran + Failed + Skipped;
}

/// <summary>
/// Follows a run for a live view: ask for a snapshot as often as it is drawn. What remains is predicted by scheduling the unfinished stages on the
/// budget, with durations recorded earlier, scaled by how this run's stages compare with theirs so far.
/// </summary>
public sealed class RunProgress : IRunObserver
{
    /// <summary>Below this a stage's own progress says little about its end.</summary>
    const double TellingShare = 0.1;

    sealed class Row(StageNode node, PlannedStage plan, IReadOnlyList<int> needs)
    {
        public StageNode Node { get; } = node;
        public PlannedStage Plan { get; } = plan;
        public IReadOnlyList<int> Needs { get; } = needs;
        public DateTime? Started { get; set; }
        public double? Share { get; set; }
        public bool Ended { get; set; }
    }

    readonly Lock gate = new();
    readonly List<Row> rows = [];
    readonly Dictionary<string, Row> byId = new(StringComparer.Ordinal);
    readonly Budget budget;
    readonly Dictionary<string, (double Seconds, int Runs)> observed = new(StringComparer.Ordinal);
    double took, predicted;
    int cached, ran, failed, skipped;

    /// <param name="graph">The stages that run.</param>
    /// <param name="plan">Their plan, for predictions.</param>
    public RunProgress(StageGraph graph, PlanReport plan)
    {
        budget = plan.Budget;
        var plans = plan.Stages.ToDictionary(s => s.Id, StringComparer.Ordinal);
        var index = new Dictionary<StageNode, int>();
        foreach (var node in StageOrder.Of(graph))
        {
            index[node] = rows.Count;
            rows.Add(new(node, plans[node.Id], [.. node.Needs.Values.Distinct().Select(n => index[n])]));
            byId[node.Id] = rows[^1];
        }
    }

    public void On(RunEvent happened)
    {
        lock (gate)
        {
            switch (happened)
            {
                case StageStarted s:
                    byId[s.Stage].Started = s.Time;
                    break;
                case StageProgress p:
                    byId[p.Stage].Share = p.Share;
                    break;
                case StageFinished f:
                    Learn(byId[f.Stage], f.Seconds);
                    ran++;
                    break;
                case StageCached c:
                    byId[c.Stage].Ended = true;
                    cached++;
                    break;
                case StageFailed f:
                    byId[f.Stage].Ended = true;
                    failed++;
                    break;
                case StageSkipped s:
                    byId[s.Stage].Ended = true;
                    skipped++;
                    break;
            }
        }
    }

    public ProgressSnapshot Snapshot(DateTime now)
    {
        lock (gate)
        {
            var running = rows.Where(r => r is { Started: not null, Ended: false })
                .Select(r => new RunningStage(r.Node.Id, r.Node.Kind, r.Share, Elapsed(r, now))).ToList();
            return new(rows.Count, cached, ran, failed, skipped, running, Remaining(now));
        }
    }

    void Learn(Row row, double seconds)
    {
        row.Ended = true;
        var (sum, runs) = observed.GetValueOrDefault(row.Node.Kind);
        observed[row.Node.Kind] = (sum + seconds, runs + 1);
        if (row.Plan.Seconds is not { } expected) return;
        took += seconds;
        predicted += expected;
    }

    double? Remaining(DateTime now)
    {
        var place = new int[rows.Count];
        var jobs = new List<SimulatedJob>();
        var known = false;
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            place[i] = -1;
            // What the plan found in the cache takes no time.
            if (row.Ended || (row.Plan.Action == PlannedAction.Cached && row.Started is null)) continue;
            place[i] = jobs.Count;
            var seconds = Left(row, now);
            known |= seconds is not null;
            jobs.Add(new(seconds ?? 0, row.Plan.Memory ?? 0, [.. row.Needs.Where(n => place[n] >= 0).Select(n => place[n])]));
        }
        return jobs.Count == 0 ? 0 : known ? ListSchedule.Makespan(jobs, budget) : null;
    }

    double? Left(Row row, DateTime now)
    {
        var expected = row.Plan.Seconds * (predicted > 0 ? took / predicted : 1)
            ?? (observed.TryGetValue(row.Node.Kind, out var seen) ? seen.Seconds / seen.Runs : null);
        if (row.Started is null) return expected;
        var elapsed = Elapsed(row, now);
        return row.Share is > TellingShare and var share ? elapsed * (1 - share) / share : expected is { } whole ? Math.Max(0, whole - elapsed) : null;
    }

    static double Elapsed(Row row, DateTime now) => Math.Max(0, (now - row.Started!.Value).TotalSeconds);
}
