using System.Collections.Concurrent;
using System.Diagnostics;
using MergeLab.Core.Errors;
using MergeLab.Execution;
using MergeLab.Experiments;
using MergeLab.Store;

namespace MergeLab.Pipeline.Tests.Execution;

public sealed class SchedulerTests : IDisposable
{
    readonly Workshop workshop = new();

    public void Dispose() => workshop.Dispose();

    /// <summary>A chain a → b → c with d beside it.</summary>
    static List<StageNode> Chain(string first = "a")
    {
        var a = Workshop.Stage("a", first);
        var b = Workshop.Stage("b", "b", ("in", a));
        var c = Workshop.Stage("c", "c", ("in", b));
        return [a, b, c, Workshop.Stage("d", "d")];
    }

    static List<StageNode> Many(int count) => [.. Enumerable.Range(0, count).Select(i => Workshop.Stage($"s{i:00}", $"{i}"))];

    [Fact]
    public void Stages_run_when_what_they_need_is_there()
    {
        var summary = workshop.Run(new(Chain()));
        Assert.Equal("abc", Workshop.Text(summary, "c"));
        Assert.Equal((4, ExitCode.Done), (summary.Ran.Count, summary.Exit));
        Assert.Empty(workshop.Leftovers());
    }

    [Fact]
    public void A_check_of_the_inputs_goes_before_the_work_it_could_spare()
    {
        var check = new StageNode("z", "check", new() { ["add"] = "z" }, new Dictionary<string, string>(), new Dictionary<string, StageNode>());
        Assert.Equal("z", workshop.Run(new([.. Chain(), check]), cores: 1).Ran[0]);
    }

    [Fact]
    public void A_second_run_runs_nothing()
    {
        workshop.RunAfresh(new(Chain()));
        var summary = workshop.Run(new(Chain()));
        Assert.Empty(summary.Ran);
        Assert.Equal("abc", Workshop.Text(summary, "c"));
        Assert.Equal(4, workshop.Events.Of<StageCached>().Count);
        Assert.Equal(0, workshop.Cache.Files.HashedFiles);
    }

    [Fact]
    public void Only_what_a_change_reaches_runs_again()
    {
        workshop.RunAfresh(new(Chain()));
        Assert.Equal(["a", "b", "c"], workshop.Run(new(Chain("A"))).Ran);
    }

    [Fact]
    public void A_stage_that_runs_again_with_the_same_result_stops_there()
    {
        workshop.RunAfresh(new(Chain()));
        var chain = Chain();
        var again = new StageNode("a", "concat", new() { ["add"] = "a", ["note"] = "changes the key, not the bytes" }, chain[0].Files, chain[0].Needs);
        var summary = workshop.Run(new([again, Workshop.Stage("b", "b", ("in", again))]));
        Assert.Equal(["a"], summary.Ran);
    }

    [Fact]
    public void A_damaged_result_is_made_again_and_told()
    {
        var entry = workshop.RunAfresh(new(Chain())).Entries["b"];
        File.AppendAllText(Path.Combine(entry.Output, "text"), "x");
        var summary = workshop.Run(new(Chain()));
        Assert.Equal(["b"], summary.Ran);
        Assert.Equal("abc", Workshop.Text(summary, "c"));
        Assert.Contains("damaged", Assert.Single(workshop.Events.Of<RunWarning>()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void As_many_stages_run_at_once_as_there_are_cores(int cores)
    {
        // Each waits until as many run as may, so that the run ends only if they do.
        using var together = new Barrier(cores);
        var (now, most) = (0, 0);
        workshop.Kind.Before = _ =>
        {
            var running = Interlocked.Increment(ref now);
            lock (together) most = Math.Max(most, running);
            Assert.True(together.SignalAndWait(TimeSpan.FromSeconds(60)));
        };
        workshop.Kind.After = _ => Interlocked.Decrement(ref now);
        Assert.Equal(12, workshop.Run(new(Many(12)), cores).Ran.Count);
        Assert.Equal(cores, most);
    }

    [Fact]
    public void Stages_at_once_fit_the_memory_together()
    {
        workshop.Kind.Memory = 400;
        var (now, most) = (0, 0);
        workshop.Kind.Before = _ =>
        {
            var running = Interlocked.Increment(ref now);
            lock (workshop) most = Math.Max(most, running);
            Thread.Sleep(20);
        };
        workshop.Kind.After = _ => Interlocked.Decrement(ref now);
        Assert.Equal(8, workshop.Run(new(Many(8)), cores: 4, memory: 1000).Ran.Count);
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public void A_stage_larger_than_the_memory_fails_before_it_starts()
    {
        workshop.Kind.Memory = 2000;
        var summary = workshop.Run(new(Many(1)), memory: 1000);
        Assert.Contains("--memory", Assert.Single(summary.Failed).Problem, StringComparison.Ordinal);
        Assert.Empty(workshop.Events.Of<StageStarted>());
    }

    [Fact]
    public void A_stage_gets_all_threads_only_where_no_other_can_run()
    {
        var threads = new ConcurrentDictionary<string, int>();
        workshop.Kind.Before = c => threads[c.Node.Id] = c.Threads;
        var many = Many(4);
        many.Add(Workshop.Stage("last", "", [.. many.Select(m => (m.Id, (object)m))]));
        using var together = new Barrier(4);
        workshop.Kind.Before += c =>
        {
            if (c.Node.Id != "last") together.SignalAndWait(TimeSpan.FromSeconds(60));
        };
        workshop.Run(new(many), cores: 4);
        Assert.Equal(4, threads["last"]);
        Assert.All(many.Take(4), m => Assert.Equal(1, threads[m.Id]));
    }

    [Fact]
    public void A_failure_is_recorded_with_parameters_and_how_to_repeat_it()
    {
        workshop.Kind.After = c =>
        {
            if (c.Node.Id == "b") throw new InvalidOperationException("no such thing");
        };
        var summary = workshop.Run(new(Chain()), keepGoing: true);
        var failure = Assert.Single(summary.Failed);
        Assert.Equal(("b", "b", "mergelab run --only='b'"), (failure.Stage, failure.Parameters["add"]!.GetValue<string>(), failure.Rerun));
        Assert.Contains("no such thing", failure.Problem, StringComparison.Ordinal);
        Assert.Contains(nameof(SchedulerTests), failure.Trace, StringComparison.Ordinal);
        Assert.Equal(["c"], summary.Skipped.Select(s => s.Stage));
        Assert.Equal("b", summary.Skipped[0].Because);
        Assert.Equal(["a", "d"], summary.Ran.Order());
        Assert.Equal(ExitCode.CheckFailed, summary.Exit);
        Assert.Empty(workshop.Leftovers());
    }

    [Fact]
    public void A_problem_keeps_its_own_words()
    {
        workshop.Kind.Before = _ => throw new ProblemException("the model is odd", new Place("model.safetensors"), remedy: "take another");
        var failure = Assert.Single(workshop.Run(new([Workshop.Stage("a", "")])).Failed);
        Assert.Equal("the model is odd\n  at:  model.safetensors\n  fix: take another", failure.Problem);
        Assert.Null(failure.Trace);
    }

    [Fact]
    public void By_default_the_first_failure_ends_the_run_and_what_ran_already_is_kept()
    {
        using var both = new Barrier(2);
        workshop.Kind.Before = c =>
        {
            if (c.Node.Id is "s00" or "s01") both.SignalAndWait(TimeSpan.FromSeconds(60));
            if (c.Node.Id == "s00") throw new InvalidOperationException("boom");
            Thread.Sleep(100);
        };
        var summary = workshop.Run(new(Many(6)), cores: 2);
        Assert.Single(summary.Failed);
        Assert.Equal(["s01"], summary.Ran);
        Assert.Equal(4, summary.NotStarted.Count);
        Assert.False(summary.Interrupted);
    }

    [Fact]
    public void After_a_failure_is_mended_the_run_goes_on_where_it_was()
    {
        workshop.Kind.Before = c => _ = c.Node.Id == "c" ? throw new InvalidOperationException("boom") : 0;
        workshop.Run(new(Chain()));
        workshop.Reopen();
        workshop.Kind.Before = _ => { };
        Assert.Contains("c", workshop.Run(new(Chain())).Ran);
        Assert.DoesNotContain("b", workshop.Events.Of<StageStarted>().Select(s => s.Stage));
    }

    [Fact]
    public void Cancelling_throws_away_what_is_half_done_and_starts_nothing_more()
    {
        using var cancel = new CancellationTokenSource();
        workshop.Kind.Before = c =>
        {
            File.WriteAllText(Path.Combine(c.Output, "half"), "x");
            cancel.Cancel();
            // One stage notices by throwing, another by returning early.
            if (c.Node.Id == "s00") c.Cancellation.ThrowIfCancellationRequested();
        };
        var summary = workshop.Run(new(Many(6)), cores: 2, cancellation: cancel.Token);
        Assert.True(summary.Interrupted);
        Assert.Equal(ExitCode.Interrupted, summary.Exit);
        Assert.Empty(summary.Ran);
        Assert.Empty(summary.Failed);
        Assert.Equal(6, summary.NotStarted.Count);
        Assert.True(workshop.Events.Of<RunFinished>().Single().Interrupted);
        Assert.Empty(workshop.Leftovers());
        Assert.False(Directory.Exists(Path.Combine(workshop.Root, "concat")));
    }

    [Fact]
    public void An_input_that_changes_while_a_stage_runs_does_not_spoil_the_cache()
    {
        var input = workshop.Write("input", "old");
        workshop.Kind.Before = _ => File.WriteAllText(input, "new");
        var failure = Assert.Single(workshop.Run(new([Workshop.Stage("a", "", ("in", input))])).Failed);
        Assert.Contains("changed while the stage ran", failure.Problem, StringComparison.Ordinal);
        File.WriteAllText(input, "old");
        workshop.Kind.Before = _ => { };
        Assert.Equal("old", Workshop.Text(workshop.Run(new([Workshop.Stage("a", "", ("in", input))])), "a"));
    }

    [Fact]
    public void A_missing_input_fails_its_stage_only()
    {
        var nodes = Chain();
        nodes.Add(Workshop.Stage("odd", "", ("in", "/absent/file")));
        var summary = workshop.Run(new(nodes), keepGoing: true);
        Assert.Contains("/absent/file", Assert.Single(summary.Failed).Problem, StringComparison.Ordinal);
        Assert.Equal(4, summary.Ran.Count);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_one_error_not_one_per_stage()
    {
        workshop.Cache.Dispose();
        File.WriteAllText(workshop.Root, "no folder");
        Assert.Equal(ExitCode.MachineLacks, Assert.Throws<ProblemException>(() => workshop.Run(new(Many(5)), keepGoing: true)).Problem.Exit);
    }

    [Fact]
    public async Task A_stage_that_another_process_makes_is_taken_from_there()
    {
        using var other = new StageCache(workshop.Root);
        var key = new StageKey("concat", 1, new() { ["add"] = "a" }, new Dictionary<string, string>());
        var held = other.TryLock(key);
        using var waiting = new ManualResetEventSlim();
        var observer = new RunObservers(workshop.Events, new Signal(e => e is StageWaiting, waiting));
        var run = Task.Run(() => new Scheduler(workshop.Cache, workshop.Kinds, () => "").Run(new([Workshop.Stage("a", "a")]), new(new(1, 1000)), observer));
        Assert.True(waiting.Wait(TimeSpan.FromSeconds(60)));
        using (var transaction = other.Begin(key))
        {
            File.WriteAllText(Path.Combine(transaction.Output, "text"), "a");
            transaction.Publish(new(1, 1));
        }
        held!.Dispose();
        var summary = await run;
        Assert.Empty(summary.Ran);
        Assert.Equal("a", Workshop.Text(summary, "a"));
        Assert.Empty(workshop.Events.Of<StageStarted>());
    }

    sealed class Signal(Func<RunEvent, bool> when, ManualResetEventSlim set) : IRunObserver
    {
        public void On(RunEvent happened)
        {
            if (when(happened)) set.Set();
        }
    }

    [Fact]
    public void Two_runs_at_once_on_one_cache_share_the_work()
    {
        var started = new ConcurrentBag<string>();
        workshop.Kind.Before = c =>
        {
            started.Add(c.Node.Id);
            Thread.Sleep(10);
        };
        RunSummary RunAlone()
        {
            using var cache = new StageCache(workshop.Root);
            return new Scheduler(cache, workshop.Kinds, () => "").Run(new(Many(20)), new(new(2, 1000)));
        }
        var runs = new RunSummary[2];
        Parallel.Invoke(() => runs[0] = RunAlone(), () => runs[1] = RunAlone());
        Assert.Equal(20, started.Count);
        Assert.Equal(20, started.Distinct().Count());
        Assert.All(runs, r => Assert.Equal(20, r.Entries.Count));
        Assert.Equal(20, runs.Sum(r => r.Ran.Count));
        Assert.Empty(workshop.Leftovers());
    }

    [Fact]
    public void The_same_bytes_come_out_for_any_number_of_cores()
    {
        var nodes = Many(10);
        for (var i = 0; i < 30; i++) nodes.Add(Workshop.Stage($"t{i:00}", $"-{i}", ("a", nodes[i]), ("b", nodes[i * 7 % (i + 10)])));
        var one = workshop.Run(new(nodes), cores: 1).Entries.ToDictionary(e => e.Key, e => e.Value.Digest);
        using var other = new Workshop();
        var four = other.Run(new([.. Enumerable.Reverse(nodes)]), cores: 4).Entries.ToDictionary(e => e.Key, e => e.Value.Digest);
        Assert.Equal(40, one.Count);
        Assert.Equal(one.Order(Comparer<KeyValuePair<string, string>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key))), four.Order(Comparer<KeyValuePair<string, string>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key))));
    }

    [Fact]
    public void An_observer_with_a_closed_pipe_does_not_stop_the_work()
    {
        var observer = new FailingObserver();
        var summary = new Scheduler(workshop.Cache, workshop.Kinds, () => "").Run(new(Chain()), new(new(2, 1000)), observer);
        Assert.Equal(4, summary.Ran.Count);
    }

    sealed class FailingObserver : IRunObserver
    {
        public void On(RunEvent happened) => throw new IOException("broken pipe");
    }

    [Fact]
    public void Thousands_of_cached_stages_run_nothing()
    {
        workshop.RunAfresh(new(Many(30)));
        // The same results under other names: an entry serves any number of stages.
        var many = Enumerable.Range(0, 2_000).Select(i => Workshop.Stage($"{i}", $"{i % 30}")).ToList();
        var summary = workshop.Run(new(many));
        Assert.Equal((0, 2_000), (summary.Ran.Count, summary.Entries.Count));
    }
}
