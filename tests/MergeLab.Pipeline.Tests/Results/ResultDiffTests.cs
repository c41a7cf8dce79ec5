using MergeLab.Results;
using MergeLab.Results.Comparison;

namespace MergeLab.Pipeline.Tests.Results;

public sealed class ResultDiffTests
{
    static readonly ResultSet small = SampleResults.Small();
    static readonly CellKey cell = SampleResults.Cell(small, "average", 6);

    [Fact]
    public void Equal_bits_are_identical_in_every_cell()
    {
        var cells = ResultDiff.Compare(small, SampleResults.Small(), ToleranceTable.Exact);
        Assert.Equal(small.Rows.Count, cells.Count);
        Assert.All(cells, c => Assert.Equal(Verdict.Identical, c.Verdict));
    }

    [Fact]
    public void A_loss_in_every_example_is_worse_and_a_gain_better()
    {
        Assert.Equal(Verdict.Worse, One(SampleResults.With(small, cell, (e, i) => e.Value - 0.03 - (0.001 * (i % 5)))).Verdict);
        Assert.Equal(Verdict.Better, One(SampleResults.With(small, cell, (e, i) => e.Value + 0.03 + (0.001 * (i % 5)))).Verdict);
    }

    [Fact]
    public void A_change_that_examples_do_not_agree_on_is_noise_and_still_fails_a_reproduction()
    {
        var found = One(SampleResults.With(small, cell, (e, i) => e.Value + (i % 2 == 0 ? 0.05 : -0.046)));
        Assert.Equal(Verdict.Noise, found.Verdict);
        Assert.False(found.Fails);
        Assert.True(found.FailsReproduction);
        Assert.InRange(0.0, found.Test!.Low, found.Test.High);
    }

    [Fact]
    public void Another_runtime_may_move_a_score_within_its_tolerance_only()
    {
        var table = ToleranceTable.Of(new Dictionary<string, double> { ["rouge"] = 0.005 });
        var moved = SampleResults.With(small, cell, (e, _) => e.Value + 0.004);
        Assert.Equal(Verdict.Equal, One(moved, table).Verdict);
        Assert.Equal(Verdict.Better, One(SampleResults.With(small, cell, (e, _) => e.Value + 0.006), table).Verdict);
    }

    [Fact]
    public void A_cell_that_is_gone_is_missing_and_one_that_came_is_new()
    {
        var fewer = new ResultSet(small.Rows.Where(r => CellKey.Of(r) != cell), small.Examples.Where(e => CellKey.Of(e) != cell));
        var gone = ResultDiff.Compare(small, fewer, ToleranceTable.Exact).Single(c => c.Key == cell);
        Assert.Equal((Verdict.Missing, true, true), (gone.Verdict, gone.Fails, gone.FailsReproduction));
        var came = ResultDiff.Compare(fewer, small, ToleranceTable.Exact).Single(c => c.Key == cell);
        Assert.Equal((Verdict.New, false, false), (came.Verdict, came.Fails, came.FailsReproduction));
    }

    [Fact]
    public void Other_examples_are_incomparable_even_where_the_means_agree()
    {
        var renamed = new ResultSet(small.Rows, small.Examples.Select(e => CellKey.Of(e) == cell ? e with { Example = "x" + e.Example } : e));
        var found = One(renamed);
        Assert.Equal(Verdict.Incomparable, found.Verdict);
        Assert.True(found.Fails);
    }

    [Fact]
    public void Without_examples_the_tolerance_alone_decides()
    {
        var bare = new ResultSet(small.Rows, []);
        var lower = new ResultSet(small.Rows.Select(r => CellKey.Of(r) == cell ? r with { Value = r.Value - 0.001 } : r), []);
        Assert.Equal(Verdict.Worse, ResultDiff.Compare(bare, lower, ToleranceTable.Exact).Single(c => c.Key == cell).Verdict);
        Assert.Equal(Verdict.Equal, ResultDiff.Compare(bare, lower, ToleranceTable.Of(new Dictionary<string, double>())).Single(c => c.Key == cell).Verdict);
    }

    [Fact]
    public void A_lower_error_rate_is_better()
    {
        static ResultSet Rated(double value) => new([small.Rows[0] with { Metric = "ter", Value = value }], []);
        Assert.Equal(Verdict.Better, ResultDiff.Compare(Rated(50), Rated(40), ToleranceTable.Exact).Single().Verdict);
        Assert.Equal(Verdict.Equal, ResultDiff.Compare(Rated(50), Rated(50.9), ToleranceTable.Of(new Dictionary<string, double>())).Single().Verdict);
    }

    [Fact]
    public void A_value_that_is_no_number_equals_only_itself()
    {
        static ResultSet Valued(double value) => new([small.Rows[0] with { Value = value }], []);
        Assert.True(ResultDiff.Compare(Valued(double.NaN), Valued(double.NaN), ToleranceTable.Exact).Single().Within);
        Assert.Equal(Verdict.Worse, ResultDiff.Compare(Valued(0.5), Valued(double.NaN), ToleranceTable.Exact).Single().Verdict);
        Assert.Equal(Verdict.Better, ResultDiff.Compare(Valued(double.NaN), Valued(0.5), ToleranceTable.Exact).Single().Verdict);
    }

    /// <summary>12 of 14 discordant pairs: 2 · P(X ≤ 2), X ~ B(14, ½) = 2 · (1 + 14 + 91) / 16384.</summary>
    [Fact]
    public void Right_or_wrong_is_judged_by_McNemars_exact_test()
    {
        double[] before = [.. Enumerable.Range(0, 40).Select(i => i < 12 ? 1.0 : 0)], now = [.. Enumerable.Range(0, 40).Select(i => i is 12 or 13 ? 1.0 : 0)];
        var test = ResultDiff.Compare(Answers(before), Answers(now), ToleranceTable.Exact).Single().Test!;
        Assert.Equal("mcnemar", test.Name);
        Assert.Equal(2 * 106.0 / 16384, test.P, 1e-12);
    }

    [Fact]
    public void Many_tests_are_adjusted_for_each_other()
    {
        var moved = SampleResults.Small();
        foreach (var row in small.Rows) moved = SampleResults.With(moved, CellKey.Of(row), (e, i) => e.Value + (i % 3 == 0 ? 0.02 : -0.004));
        var tests = ResultDiff.Compare(small, moved, ToleranceTable.Exact).Select(c => c.Test!).ToArray();
        Assert.All(tests, t => Assert.True(t.AdjustedP >= t.P));
        Assert.Contains(tests, t => t.AdjustedP > t.P);
    }

    [Fact]
    public void The_locks_say_whether_a_runtime_is_another_and_what_moved()
    {
        var moved = SampleResults.With(small, cell, (e, _) => e.Value + 0.004);
        var rekeyed = new ResultSet(moved.Rows.Select(r => CellKey.Of(r) == cell ? r with { StageKey = "sha256:new" } : r), moved.Examples);
        var now = SampleResults.Lock("libtorch 1.13.1 cuda", 0.5);
        var id = now.Stages.Single(s => s.Value.Key == small.Rows.Single(r => CellKey.Of(r) == cell).StageKey).Key;
        now = now with { Stages = now.Stages.ToDictionary(s => s.Key, s => s.Key == id ? s.Value with { Key = "sha256:new" } : s.Value) };
        var report = ResultDiff.Compare("a", new StoredResults(small, SampleResults.Lock()), "b", new StoredResults(rekeyed, now));
        Assert.False(report.SameRuntime);
        var found = report.Cells.Single(c => c.Key == cell);
        Assert.Equal(Verdict.Equal, found.Verdict);
        Assert.Contains("parameter scaling: 1 → 0.5", found.Reasons);
        Assert.False(report.FailsReproduction);
    }

    [Fact]
    public void A_person_reads_what_changed()
    {
        var moved = SampleResults.With(small, cell, (e, i) => e.Value - 0.03 - (0.001 * (i % 5)));
        var report = new DiffReport("committed", "last run", true, ResultDiff.Compare(small, moved, ToleranceTable.Exact));
        Snapshot.Match(DiffText.Plain(report) + "\n" + DiffText.Markdown(report));
    }

    static ResultSet Answers(double[] values)
    {
        var row = small.Rows[0] with { Metric = "exact_match", Value = values.Average(), Examples = values.Length };
        return new ResultSet([row], values.Select((v, i) => new ExampleRow(row.Experiment, row.Method, row.Variant, row.SetName, row.Task, row.Split, row.Metric, $"{i:D3}", v, "", "")));
    }

    static CellDiff One(ResultSet now, ToleranceTable? tolerance = null) => ResultDiff.Compare(small, now, tolerance ?? ToleranceTable.Exact).Single(c => c.Key == cell);
}
