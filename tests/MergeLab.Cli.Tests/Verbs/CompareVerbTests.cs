using System.Text.Json;

namespace MergeLab.Cli.Tests.Verbs;

public sealed class CompareVerbTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_model_equals_itself()
    {
        var path = Repository.Golden("adapters", "bases", "llama");
        var (exit, report) = Compare(path, Path.Combine(path, "model.safetensors"));
        Assert.Equal(0, exit);
        Assert.True(report.GetProperty("within").GetBoolean());
        Assert.All(report.GetProperty("tensors").EnumerateArray(), t =>
        {
            Assert.Equal("equal", t.GetProperty("status").GetString());
            Assert.Equal(0, t.GetProperty("max_abs").GetDouble());
            Assert.Equal(1, t.GetProperty("cosine").GetDouble());
        });
    }

    [Theory]
    [InlineData("--atol=0.4", 1)]
    [InlineData("--atol=0.5", 0)]
    [InlineData("--rtol=0.24", 1)]
    [InlineData("--rtol=0.25", 0)]
    [InlineData("--rtol=0.125 --atol=0.25", 0)]
    public void The_exit_code_follows_the_tolerance(string options, int expected)
    {
        var (exit, report) = Compare(Vector("a", [1, 2.5f, 0]), Vector("b", [1, 2, 0]), options.Split(' '));
        Assert.Equal(expected, exit);
        var tensor = Assert.Single(report.GetProperty("tensors").EnumerateArray());
        Assert.Equal(0.5, tensor.GetProperty("max_abs").GetDouble());
        Assert.Equal(0.25, tensor.GetProperty("max_rel").GetDouble());
        Assert.Equal(6 / Math.Sqrt(7.25 * 5), tensor.GetProperty("cosine").GetDouble(), 1e-15);
        Assert.Equal(1, tensor.GetProperty("differing").GetInt64());
    }

    [Fact]
    public void Missing_tensors_other_shapes_and_other_types_are_outside_any_tolerance()
    {
        string Status(string a, string b)
        {
            var (exit, report) = Compare(a, b, "--atol=1e9");
            Assert.Equal(1, exit);
            return report.GetProperty("tensors").EnumerateArray().Select(t => t.GetProperty("status").GetString()!).First(s => s is not ("equal" or "within"));
        }
        Assert.Equal("missing in B", Status(Repository.Golden("adapters", "bases", "llama"), Repository.Golden("adapters", "cases", "llama-default", "merged.safetensors")));
        Assert.Equal("missing in A", Status(Repository.Golden("adapters", "cases", "llama-default", "merged.safetensors"), Repository.Golden("adapters", "bases", "llama")));
        Assert.Equal("shape", Status(Vector("a", [1, 2]), Vector("b", [1, 2, 3])));
        Assert.Equal("dtype", Status(Repository.Golden("adapters", "bases", "llama"), Repository.Golden("adapters", "bases", "llama-bf16")));
    }

    [Theory]
    [InlineData(float.NaN, 1f, 1)]
    [InlineData(1f, float.PositiveInfinity, 1)]
    [InlineData(float.PositiveInfinity, float.NegativeInfinity, 1)]
    [InlineData(float.NaN, float.NaN, 0)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity, 0)]
    public void Values_that_are_not_numbers_pass_only_against_the_same(float a, float b, int expected) =>
        Assert.Equal(expected, Compare(Vector("a", [0, a]), Vector("b", [0, b]), "--atol=1e9", "--rtol=1").Exit);

    [Fact]
    public void A_person_reads_what_differs()
    {
        var run = Mergelab.Run("compare", Vector("a", [1, 2]), Vector("b", [1, 4]));
        Assert.Equal(1, run.Exit);
        Assert.Contains("1 outside", run.Out, StringComparison.Ordinal);
        Assert.Contains("v       differs", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--atol=-1")]
    [InlineData("--rtol=NaN")]
    [InlineData("--atol=x")]
    [InlineData("--atoll=1")]
    public void A_tolerance_that_is_none_is_refused(string option) =>
        Assert.Equal(2, Mergelab.Run("compare", Vector("a", [1]), Vector("b", [1]), option).Exit);

    [Fact]
    public void A_missing_path_is_refused() => Assert.Equal(2, Mergelab.Run("compare", scratch.File("no"), Vector("b", [1])).Exit);

    static (int Exit, JsonElement Report) Compare(string a, string b, params string[] options)
    {
        var run = Mergelab.Run(["compare", a, b, "--json", .. options]);
        Assert.Equal("", run.Error);
        return (run.Exit, JsonDocument.Parse(run.Out).RootElement);
    }

    string Vector(string name, float[] values)
    {
        var path = scratch.File(name + ".safetensors");
        var header = System.Text.Encoding.UTF8.GetBytes($$$"""{"v":{"dtype":"F32","shape":[{{{values.Length}}}],"data_offsets":[0,{{{4 * values.Length}}}]}}""");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. header, .. values.SelectMany(BitConverter.GetBytes)]);
        return path;
    }
}
