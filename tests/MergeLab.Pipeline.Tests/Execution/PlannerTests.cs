using System.Globalization;
using System.Text.Json.Nodes;
using MergeLab.Core.Errors;
using MergeLab.Execution;
using MergeLab.Experiments;
using MergeLab.Store;

namespace MergeLab.Pipeline.Tests.Execution;

public sealed class PlannerTests : IDisposable
{
    readonly Workshop workshop = new();

    public void Dispose() => workshop.Dispose();

    /// <summary>Two stages side by side and one that reads both.</summary>
    StageGraph Graph(string left = "l", string right = "r", string file = "file\n")
    {
        var input = workshop.Write("input", file);
        var a = Workshop.Stage("e/left", left, ("in", input));
        var b = Workshop.Stage("e/right", right, ("in", input));
        return new([a, b, Workshop.Stage("e/both", "!", ("1", a), ("2", b))]);
    }

    static PlannedStage Of(PlanReport plan, string id) => plan.Stages.Single(s => s.Id == id);

    static (int, int, int) Counts(PlanReport plan) => (plan.Cached, plan.ToRun, plan.Following);

    [Fact]
    public void What_never_ran_runs_and_the_rest_follows()
    {
        var plan = workshop.Plan(Graph());
        Assert.Equal((0, 2, 1), Counts(plan));
        Assert.Equal(PlanCause.NeverRun, Assert.Single(Of(plan, "e/left").Reasons).Cause);
        Assert.Equal(["e/left", "e/right"], Of(plan, "e/both").WaitsFor);
        Assert.Null(Of(plan, "e/both").Key);
        Assert.Null(plan.Seconds);
        Assert.False(Directory.Exists(Path.Combine(workshop.Root, "tmp")), "a plan writes nothing but what it learned");
    }

    [Fact]
    public void After_a_run_all_is_cached_under_any_names_and_paths()
    {
        workshop.RunAfresh(Graph());
        Assert.True(workshop.Plan(Graph()).IsUpToDate);
        var input = workshop.Write("elsewhere/same", "file\n");
        var renamed = Workshop.Stage("other/name", "l", ("in", input));
        Assert.True(workshop.Plan(new([renamed])).IsUpToDate);
    }

    [Fact]
    public void A_changed_parameter_is_named_with_both_values()
    {
        workshop.RunAfresh(Graph());
        var plan = workshop.Plan(Graph(left: "L"));
        Assert.Equal((1, 1, 1), Counts(plan));
        Assert.Equal(new PlanReason(PlanCause.Changed, "parameters.add", "\"l\"", "\"L\""), Assert.Single(Of(plan, "e/left").Reasons));
        Assert.Empty(Of(plan, "e/both").Reasons);
        Assert.Equal(["e/left"], Of(plan, "e/both").WaitsFor);
    }

    [Fact]
    public void A_changed_file_is_named_with_its_path()
    {
        workshop.RunAfresh(Graph());
        var plan = workshop.Plan(Graph(file: "changed"));
        Assert.Equal((0, 2, 1), Counts(plan));
        var reason = Assert.Single(Of(plan, "e/left").Reasons);
        Assert.Equal(("inputs.in", PlanCause.Changed), (reason.Field, reason.Cause));
        Assert.EndsWith("input", reason.Source, StringComparison.Ordinal);
        Assert.NotEqual(reason.Old, reason.New);
    }

    [Fact]
    public void A_changed_code_version_is_a_reason_for_all_stages_of_the_kind()
    {
        workshop.RunAfresh(Graph());
        workshop.Kind.CodeVersion = 2;
        var plan = workshop.Plan(Graph());
        Assert.Equal((0, 2, 1), Counts(plan));
        Assert.All(plan.Stages, s => Assert.Equal(new PlanReason(PlanCause.Changed, "codeVersion", "1", "2"), Assert.Single(s.Reasons)));
    }

    [Fact]
    public void A_changed_runtime_is_a_reason_for_numeric_kinds_only()
    {
        workshop.RunAfresh(Graph());
        workshop.Runtime = "libtorch B";
        Assert.True(workshop.Plan(Graph()).IsUpToDate);
        workshop.Kind.Numeric = true;
        workshop.RunAfresh(Graph());
        workshop.Runtime = "libtorch C";
        Assert.Equal(new PlanReason(PlanCause.Changed, "runtime", "libtorch B", "libtorch C"), Assert.Single(Of(workshop.Plan(Graph()), "e/left").Reasons));
    }

    [Fact]
    public void A_run_with_nothing_numeric_does_not_ask_for_the_runtime()
    {
        var planner = new Planner(workshop.Cache, workshop.Kinds, () => throw new InvalidOperationException("asked"));
        Assert.Equal(2, planner.Plan(Graph()).ToRun);
    }

    [Fact]
    public void An_entry_that_was_deleted_is_missing()
    {
        var entry = workshop.RunAfresh(Graph()).Entries["e/right"];
        Directory.Delete(entry.Folder, recursive: true);
        var plan = workshop.Plan(Graph());
        Assert.Equal((1, 1, 1), Counts(plan));
        Assert.Equal(PlanCause.Missing, Assert.Single(Of(plan, "e/right").Reasons).Cause);
    }

    [Fact]
    public void A_damaged_entry_is_said_to_be_damaged_and_left_where_it_is()
    {
        var entry = workshop.RunAfresh(Graph()).Entries["e/right"];
        File.WriteAllText(Path.Combine(entry.Output, "text"), "file\nX");
        var reason = Assert.Single(Of(workshop.Plan(Graph()), "e/right").Reasons);
        Assert.Equal((PlanCause.Damaged, "text has other contents than were written"), (reason.Cause, reason.Field));
        Assert.True(Directory.Exists(entry.Folder));
    }

    [Fact]
    public void Reasons_compare_with_the_last_state_even_where_it_came_from_the_cache()
    {
        workshop.RunAfresh(Graph(left: "1"));
        workshop.RunAfresh(Graph(left: "2"));
        workshop.RunAfresh(Graph(left: "1"));
        Assert.Equal("\"1\"", Assert.Single(Of(workshop.Plan(Graph(left: "3")), "e/left").Reasons).Old);
    }

    [Fact]
    public void Predictions_and_bytes_come_from_recorded_runs()
    {
        workshop.Kind.Before = _ => Thread.Sleep(50);
        workshop.RunAfresh(Graph());
        workshop.Kind.CodeVersion = 2;
        var plan = workshop.Plan(Graph(), cores: 1);
        Assert.Equal((3, 0), (plan.RecordedRuns, plan.Unpredicted));
        Assert.Equal(plan.Stages.Sum(s => s.Seconds!.Value), plan.Seconds!.Value, 9);
        Assert.All(plan.Stages, s => Assert.True(s.Seconds >= 0.045));
        Assert.Equal(6 + 6 + 13, plan.Bytes);
        Assert.True(workshop.Plan(Graph(), cores: 2).Seconds < plan.Seconds);
        var unseen = workshop.Plan(new([Workshop.Stage("e/new", "n")]));
        Assert.InRange(unseen.Seconds!.Value, 0.045, 10);
    }

    [Fact]
    public void The_text_shows_what_runs_why_and_what_is_held()
    {
        workshop.RunAfresh(Graph());
        var plan = workshop.Plan(Graph(left: "L")) with { FreeBytes = 48_000_000_000, Seconds = 370, Spread = 40 };
        Assert.Equal("""
            3 stages: 1 cached, 1 to run, 1 follow
            RUN   e/left  parameters.add "l" → "L"
            HELD  e/both  waits for e/left
            predicted 6 min 10 s on 2 cores (from 3 recorded runs, ± 40 s) · writes 19 B, 48 GB free

            """, PlanText.Of(plan));
        Assert.Equal("1 stage: 1 cached, 0 to run, 0 follow\n", PlanText.Of(workshop.Plan(new([Workshop.Stage("x", "r", ("in", workshop.Write("input", "file\n")))]))));
    }

    [Fact]
    public void The_JSON_form_names_actions_and_causes_in_words()
    {
        var json = JsonNode.Parse(workshop.Plan(Graph()).ToJson())!;
        Assert.Equal("follow", json["stages"]![2]!["action"]!.GetValue<string>());
        Assert.Equal("never_run", json["stages"]![0]!["reasons"]![0]!["cause"]!.GetValue<string>());
        Assert.Equal(2, json["toRun"]!.GetValue<int>());
    }

    [Fact]
    public void A_missing_input_file_and_an_unknown_kind_are_refused()
    {
        Assert.Equal(ExitCode.BadInput, Assert.Throws<ProblemException>(() => workshop.Plan(new([Workshop.Stage("a", "", ("in", "/absent/file"))]))).Problem.Exit);
        var odd = new StageNode("a", "concats", [], new Dictionary<string, string>(), new Dictionary<string, StageNode>());
        Assert.Contains("did you mean 'concat'", Assert.Throws<ProblemException>(() => workshop.Plan(new([odd]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_stages_are_planned_each_once()
    {
        var input = workshop.Write("input", "x");
        var nodes = new List<StageNode> { Workshop.Stage("base", "", ("in", input)) };
        for (var i = 1; i < 10_000; i++)
            nodes.Add(Workshop.Stage(i.ToString(CultureInfo.InvariantCulture), $"{i}", ("in", input), ("a", nodes[i / 2]), ("b", nodes[0])));
        var plan = workshop.Plan(new(nodes));
        Assert.Equal((0, 1, 9_999), Counts(plan));
        Assert.Equal(10_000, plan.Stages.Select(s => s.Id).Distinct().Count());
        Assert.Equal(1, workshop.Cache.Files.HashedFiles);
    }

    [Fact]
    public void A_plan_in_a_read_only_cache_works()
    {
        File.WriteAllText(workshop.Root, "no folder");
        using var cache = new StageCache(workshop.Root);
        Assert.Equal(2, new Planner(cache, workshop.Kinds, () => "").Plan(Graph()).ToRun);
    }
}
