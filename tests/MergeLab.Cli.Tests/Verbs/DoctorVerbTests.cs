using System.Text.Json;

namespace MergeLab.Cli.Tests.Verbs;

public sealed class DoctorVerbTests
{
    [Fact]
    public void Every_native_part_is_found_and_counts_right()
    {
        var run = Mergelab.Run("doctor", "--json");
        Assert.Equal(0, run.Exit);
        var report = JsonElement.Parse(run.Out);
        Assert.Equal(["libtorch", "duckdb"], report.GetProperty("parts").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        Assert.All(report.GetProperty("parts").EnumerateArray(), p => Assert.True(p.GetProperty("self_test").GetBoolean()));
        Assert.NotEmpty(report.GetProperty("blas").GetProperty("set_by").GetString()!);
    }

    [Fact]
    public void A_missing_part_exits_3_and_says_how_to_get_it()
    {
        var run = Mergelab.RunIn(Repository.Root, new Dictionary<string, string?> { ["LIBDUCKDB"] = "/nowhere" }, "doctor");
        Assert.Equal(3, run.Exit);
        Assert.Contains("MISSING", run.Out, StringComparison.Ordinal);
        Assert.Contains("LIBDUCKDB", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_set_the_BLAS_core_type_is_told()
    {
        var run = Mergelab.RunIn(Repository.Root, new Dictionary<string, string?> { ["OPENBLAS_CORETYPE"] = "Haswell" }, "doctor", "--json");
        var blas = JsonElement.Parse(run.Out).GetProperty("blas");
        Assert.Equal(("Haswell", "environment"), (blas.GetProperty("core_type").GetString(), blas.GetProperty("set_by").GetString()));
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("--help")]
    public void The_program_introduces_itself(string flag)
    {
        var run = Mergelab.RunIn(Path.GetTempPath(), null, flag);
        Assert.Equal(0, run.Exit);
        Assert.Contains("mergelab", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("merg", "did you mean 'merge'?")]
    [InlineData("--jsn", "did you mean '--json'?")]
    [InlineData(null, "mergelab --help")]
    public void A_mistyped_verb_or_flag_exits_2_with_the_one_meant(string? typed, string remedy)
    {
        var run = typed is null ? Mergelab.Run() : Mergelab.Run(typed);
        Assert.Equal(2, run.Exit);
        Assert.Contains(remedy, run.Error, StringComparison.Ordinal);
    }
}
