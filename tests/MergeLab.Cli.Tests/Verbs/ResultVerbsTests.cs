using System.Text.Json;
using MergeLab.Pipeline.Tests.Results;
using MergeLab.Reporting;
using MergeLab.Results;

namespace MergeLab.Cli.Tests.Verbs;

/// <summary>diff, accept, query and report as typed, on stored results.</summary>
public sealed class ResultVerbsTests : IDisposable
{
    static readonly ResultSet small = SampleResults.Small();

    readonly ScratchFolder scratch = new();

    string Results => scratch.File("results");

    string Folder => scratch.File("results", SampleResults.Experiment);

    public ResultVerbsTests() => ResultFiles.WriteRun(Folder, small, SampleResults.Lock());

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Without_a_snapshot_diff_says_accept_to_adopt()
    {
        var run = Run("diff");
        Assert.Equal(1, run.Exit);
        Assert.Contains("accept to adopt", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_accepted_is_reproduced()
    {
        var accepted = Json(0, "accept");
        Assert.Equal("sample", accepted.GetProperty("accepted")[0].GetProperty("experiment").GetString());
        var diff = Json(0, "diff");
        Assert.False(diff.GetProperty("fails").GetBoolean());
        Assert.Equal(small.Rows.Count, diff.GetProperty("verdicts").GetProperty("identical").GetInt32());
    }

    [Fact]
    public void A_regression_exits_1_and_a_gain_only_where_either_direction_counts()
    {
        Run("accept");
        var cell = SampleResults.Cell(small, "average", 6);
        ResultFiles.WriteRun(Folder, SampleResults.With(small, cell, (e, i) => e.Value - 0.05 - (0.001 * (i % 3))), SampleResults.Lock());
        var worse = Json(1, "diff", "committed", "last").GetProperty("cells").EnumerateArray().Single(c => c.GetProperty("verdict").GetString() == "worse");
        Assert.Equal(("average", "first-06", "sign-flip"), (worse.GetProperty("method").GetString(), worse.GetProperty("set_name").GetString(), worse.GetProperty("test").GetString()));
        ResultFiles.WriteRun(Folder, SampleResults.With(small, cell, (e, i) => e.Value + 0.05 + (0.001 * (i % 3))), SampleResults.Lock());
        Json(0, "diff");
        Json(1, "diff", "--either-direction");
        Assert.Contains("| `sample/average/first-06/story-summary/rouge1` | better |", Run("diff", "--markdown").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_in_sql_is_answered()
    {
        var answer = Json(0, "query", "select method, count(*) as n, avg(value) as value from results group by method order by method");
        Assert.Equal(["method", "n", "value"], answer.GetProperty("columns").EnumerateArray().Select(c => c.GetString()!));
        Assert.Equal(["average", "geometric_median", "pretrained"], answer.GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("method").GetString()!));
        Assert.Equal(2, answer.GetProperty("rows")[0].GetProperty("n").GetInt32());
        Assert.Contains("geometric_median  2", Run("query", "select method, count(*) from results where models > 0 group by method order by 1").Out, StringComparison.Ordinal);
        var twice = Json(0, "query", "select 1 as a, 2 as a");
        Assert.Equal(2, twice.GetProperty("rows")[0].GetProperty("a_2").GetInt32());
    }

    [Fact]
    public void A_wrong_question_is_refused_with_the_databases_words()
    {
        var run = Run("query", "select nothing from results");
        Assert.Equal(2, run.Exit);
        Assert.Contains("nothing", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_is_written_again_from_what_is_stored()
    {
        ReportFile.Write(Folder, SampleResults.Report(small));
        Json(0, "report");
        var first = File.ReadAllText(Path.Combine(Folder, ResultFiles.Report));
        Assert.Equal(HtmlReport.Write(ReportFile.Read(Folder)), first);
        File.Delete(Path.Combine(Folder, ReportFile.Name));
        Assert.Equal(0, Run("report").Exit);
        Assert.Contains("ROUGE-1", File.ReadAllText(Path.Combine(Folder, ResultFiles.Report)), StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_are_written_as_files_of_their_own()
    {
        ReportFile.Write(Folder, SampleResults.Report(small));
        var figures = Json(0, "report", "--figures", scratch.File("figures")).GetProperty("figures").EnumerateArray().Select(f => f.GetString()!).ToArray();
        Assert.Equal(["sample-rouge1-line-models.svg", "sample-rouge1-line-models-published.svg", "sample-rouge1-dot-method.svg"], figures.Select(Path.GetFileName)!);
        Assert.All(figures, f => Assert.StartsWith("<svg xmlns=", File.ReadAllText(f), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("accept")]
    [InlineData("report")]
    public void An_unknown_experiment_is_refused_with_a_suggestion(string verb)
    {
        var run = Run(verb, "--experiment", "sampel");
        Assert.Equal(2, run.Exit);
        Assert.Contains("did you mean 'sample'?", run.Error, StringComparison.Ordinal);
    }

    Mergelab.Outcome Run(string verb, params string[] arguments) => Mergelab.Run([verb, .. arguments, "--results", Results]);

    JsonElement Json(int exit, string verb, params string[] arguments)
    {
        var run = Run(verb, [.. arguments, "--json"]);
        Assert.Equal("", run.Error);
        Assert.Equal(exit, run.Exit);
        return JsonDocument.Parse(run.Out).RootElement;
    }
}
