using System.Text.Json.Nodes;
using MergeLab.Execution;
using MergeLab.Experiments;

namespace MergeLab.Pipeline.Tests.Execution;

public sealed class ObserverTests : IDisposable
{
    readonly Workshop workshop = new();

    public void Dispose() => workshop.Dispose();

    static StageGraph Graph()
    {
        var a = Workshop.Stage("a", "1");
        var b = Workshop.Stage("b", "2", ("in", a));
        return new([a, b, Workshop.Stage("c", "3", ("in", b))]);
    }

    void RunWithFailure()
    {
        workshop.RunAfresh(new([Graph().Nodes[0]]));
        workshop.Kind.Before = c => _ = c.Node.Id == "b" ? throw new InvalidOperationException("boom") : 0;
        workshop.Run(Graph());
    }

    [Fact]
    public void JSON_lines_tell_each_event_by_name()
    {
        RunWithFailure();
        using var text = new StringWriter();
        var writer = new JsonLinesObserver(text);
        foreach (var happened in workshop.Events.All) writer.On(happened);
        var lines = text.ToString().TrimEnd('\n').Split('\n').Select(l => JsonNode.Parse(l)!).ToList();
        Assert.Equal(["run_started", "stage_cached", "stage_started", "stage_failed", "stage_skipped", "run_finished"], lines.Select(l => l["event"]!.GetValue<string>()));
        Assert.Equal(("b", "2"), (lines[3]["stage"]!.GetValue<string>(), lines[3]["parameters"]!["add"]!.GetValue<string>()));
        Assert.Equal(1, lines[5]["failed"]!.GetValue<int>());
    }

    [Fact]
    public void Plain_lines_tell_starts_ends_failures_and_totals()
    {
        RunWithFailure();
        using var text = new StringWriter();
        var writer = new PlainTextObserver(text);
        foreach (var happened in workshop.Events.All) writer.On(happened is RunFinished f ? f with { Seconds = 1.5 } : happened);
        Assert.Equal("""
            [1/3] start  b
            [2/3] FAILED b
                stage b failed: InvalidOperationException
                  why: boom
                again: mergelab run --only='b'
            [3/3] skip   c  needs b, which failed
            1 cached, 1 failed, 1 skipped in 1.5 s

            """, text.ToString());
    }

    [Fact]
    public void What_remains_is_predicted_by_a_schedule_of_what_is_left()
    {
        var nodes = Enumerable.Range(0, 4).Select(i => Workshop.Stage($"s{i}", "")).ToList();
        var last = Workshop.Stage("last", "", [.. nodes.Select(n => (n.Id, (object)n))]);
        StageGraph graph = new([.. nodes, last]);
        var plan = workshop.Plan(graph);
        plan = plan with { Stages = [.. plan.Stages.Select(s => s with { Seconds = 10 })] };
        var progress = new RunProgress(graph, plan);
        var start = DateTime.UtcNow;
        Assert.Equal(30, progress.Snapshot(start).Remaining);

        progress.On(new StageStarted("s0", "concat", "k", 1) { Time = start });
        Assert.Equal(("s0", 4.0), progress.Snapshot(start.AddSeconds(4)).Running.Select(r => (r.Id, r.Seconds)).Single());
        // s0 ends in 6 s; s1, s2, s3 in 20 s on two workers; then the last.
        Assert.Equal(30, progress.Snapshot(start.AddSeconds(4)).Remaining!.Value, 6);
        progress.On(new StageProgress("s0", 0.5));
        Assert.Equal(0.5, progress.Snapshot(start).Running[0].Share);
        // Twice as slow as recorded: so will the others be.
        progress.On(new StageFinished("s0", "concat", "k", "o", 20, 0, 0));
        Assert.Equal(60, progress.Snapshot(start.AddSeconds(20)).Remaining!.Value, 6);
        foreach (var node in nodes.Skip(1)) progress.On(new StageCached(node.Id, "concat", "k", "o"));
        var snapshot = progress.Snapshot(start);
        Assert.Equal((20, 4, 1, 3), (snapshot.Remaining, snapshot.Ended, snapshot.Ran, snapshot.Cached));
    }

    [Theory]
    [InlineData(1, 100, 14)]
    [InlineData(2, 100, 7)]
    [InlineData(9, 100, 7)]
    [InlineData(2, 1, 14)]
    public void A_schedule_keeps_to_cores_memory_and_order(int cores, long memory, double expected)
    {
        // Chains of 3 and 4, and of 2, 1 and 2, and a single job of 2; each takes one byte. On two cores: 3 4 beside 2 1 2 2.
        SimulatedJob[] jobs = [new(3, 1, []), new(4, 1, [0]), new(2, 1, []), new(2, 1, []), new(1, 1, [2]), new(2, 1, [4])];
        Assert.Equal(expected, ListSchedule.Makespan(jobs, new(cores, memory)));
    }
}
