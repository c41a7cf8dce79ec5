using System.Text.Json;
using MergeLab.Checkpoints;

namespace MergeLab.Cli.Tests.Verbs;

public sealed class MedianVerbTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    static string Points(string id) => Repository.Golden("median", "points", id + ".safetensors");

    [Fact]
    public void A_median_is_told_as_one_JSON_document_and_written_in_float64()
    {
        var target = scratch.File("median.safetensors");
        var run = Mergelab.Run("median", "--points", Points("gauss-5-3"), "--out", target, "--json");
        Assert.Equal((0, ""), (run.Exit, run.Error));
        var json = JsonElement.Parse(run.Out);
        Assert.Equal("vertex", json.GetProperty("solution").GetString());
        Assert.Equal([0, 0, 0, 0, 1], json.GetProperty("coefficients").EnumerateArray().Select(e => e.GetDouble()));
        Assert.Equal([4], json.GetProperty("vertex_indices").EnumerateArray().Select(e => e.GetInt32()));
        Assert.True(json.GetProperty("converged").GetBoolean());
        using var file = SafetensorsFile.Open(target);
        Assert.Equal((DType.F64, 3L), (file.Find("median")!.DType, file.Find("median")!.Count));
    }

    [Fact]
    public void A_result_file_may_lie_in_a_new_folder_but_not_in_place_of_one()
    {
        var target = scratch.File("new", "median.safetensors");
        Assert.Equal(0, Mergelab.Run("median", "--points", Points("gauss-5-3"), "--out", target).Exit);
        Assert.True(File.Exists(target));
        var run = Mergelab.Run("median", "--points", Points("gauss-5-3"), "--out", scratch.File("new"));
        Assert.Equal(2, run.Exit);
        Assert.Contains("a folder of that name is in the way", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_papers_iteration_is_there_on_request()
    {
        // Its threshold is absolute, so that on small points it stops after one step; the exact median does not.
        var paper = JsonElement.Parse(Mergelab.Run("median", "--points", Points("scale-1e-9"), "--compat", "paper", "--json").Out);
        var exact = JsonElement.Parse(Mergelab.Run("median", "--points", Points("scale-1e-9"), "--json").Out);
        Assert.Equal(1, paper.GetProperty("iterations").GetInt32());
        Assert.True(exact.GetProperty("objective").GetDouble() < paper.GetProperty("objective").GetDouble());
    }

    [Theory]
    [InlineData("missing.safetensors", "missing.safetensors")]
    [InlineData("", "--points")]
    public void A_wrong_file_is_named(string name, string expected)
    {
        var run = name.Length == 0 ? Mergelab.Run("median") : Mergelab.Run("median", "--points", scratch.File(name));
        Assert.Equal(2, run.Exit);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public void Points_that_are_no_numbers_are_named()
    {
        using (var file = SafetensorsWriter.Create(scratch.File("p.safetensors"), [new TensorSpec("points", DType.F32, [2, 2])]))
        {
            file.Write("points", 0, [.. new[] { 1f, 2f, float.NaN, 4f }.SelectMany(BitConverter.GetBytes)]);
            file.Commit();
        }
        var run = Mergelab.Run("median", "--points", scratch.File("p.safetensors"));
        Assert.Equal(2, run.Exit);
        Assert.Contains("entry 2 is NaN", run.Error, StringComparison.Ordinal);
        Assert.Contains("tensor points", run.Error, StringComparison.Ordinal);
    }
}
