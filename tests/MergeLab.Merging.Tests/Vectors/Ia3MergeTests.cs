using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Merging.Median;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Tests.Checkpoints;
using MergeLab.Merging.Vectors;

namespace MergeLab.Merging.Tests.Vectors;

public sealed class Ia3MergeTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    static string Weighted(params string[] parts) => Repository.Golden(["adapters", "weighted", "ia3", .. parts]);

    static Ia3Set Open(params string[] adapters) => Ia3Set.Open(AdapterGoldens.Base("t5"), [.. adapters.Select(a => Weighted("adapters", a))]);

    public static TheoryData<string> Combinations =>
        [.. JsonElement.Parse(File.ReadAllText(Weighted("set.json"))).GetProperty("combinations").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    /// <summary>Absolute, as PEFT adds in float32: 1.2e-7 measured.</summary>
    const double Rounding = 5e-7;

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Peft_sums_are_what_PEFT_writes(string name)
    {
        var combination = JsonElement.Parse(File.ReadAllText(Weighted("set.json"))).GetProperty("combinations").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        using var inputs = Open([.. combination.GetProperty("adapters").EnumerateArray().Select(a => a.GetString()!)]);
        double[] weights = [.. combination.GetProperty("weights").EnumerateArray().Select(w => w.GetDouble())];
        Ia3Merge.Write(scratch.File("out"), inputs.Vectors, v => Ia3Merge.PeftSum(inputs.Vectors[v], weights), new Ia3AdapterOptions());
        using var expected = Checkpoint.OpenAny(Path.Combine(Weighted(name), PeftAdapter.WeightsFile));
        using var written = PeftAdapter.Open(scratch.File("out"));
        Assert.Equal(expected.Tensors.Select(t => (t.Name, t.ShapeText)), written.Weights.Tensors.Select(t => (t.Name, t.ShapeText)).OrderBy(t => t.Name, StringComparer.Ordinal));
        using var reopened = Checkpoint.OpenAny(Path.Combine(scratch.File("out"), PeftAdapter.WeightsFile));
        foreach (var tensor in expected.Tensors)
        {
            var (theirs, ours) = (new float[tensor.Count], new float[tensor.Count]);
            expected.Reader(tensor.Name).Read(0, theirs.AsSpan());
            reopened.Reader(tensor.Name).Read(0, ours.AsSpan());
            for (var e = 0; e < ours.Length; e++) Assert.Equal(theirs[e], ours[e], Rounding);
        }
    }

    [Fact]
    public void An_average_applied_to_the_base_is_the_average_of_the_merged_models()
    {
        using var inputs = Open("a", "b");
        var groups = Ia3Merge.Sum(inputs.Vectors, [0.5, 0.5]);
        Ia3Merge.Write(scratch.File("out"), inputs.Vectors, Ia3Merge.Values(inputs.Vectors, groups), new Ia3AdapterOptions { BaseModel = "t5", TaskType = "SEQ_2_SEQ_LM" });
        using var merged = AdaptedModel.Open(AdapterGoldens.Base("t5"), scratch.File("out"));
        using var one = AdaptedModel.Open(AdapterGoldens.Base("t5"), Weighted("adapters", "a"));
        using var other = AdaptedModel.Open(AdapterGoldens.Base("t5"), Weighted("adapters", "b"));
        Assert.Contains(merged.Tensors, t => merged.Changes(t.Name) && one.Changes(t.Name) != other.Changes(t.Name));
        foreach (var tensor in merged.Tensors)
        {
            var (x, a, b) = (new float[tensor.Count], new float[tensor.Count], new float[tensor.Count]);
            merged.Reader(tensor.Name).Read(0, x.AsSpan());
            one.Reader(tensor.Name).Read(0, a.AsSpan());
            other.Reader(tensor.Name).Read(0, b.AsSpan());
            // Float32 rounding of the three products.
            for (var e = 0; e < x.Length; e++) Assert.Equal((a[e] + b[e]) / 2, x[e], 3e-7f * Math.Max(1, Math.Abs(x[e])));
        }
    }

    [Theory]
    [InlineData(Granularity.Matrix)]
    [InlineData(Granularity.Module)]
    [InlineData(Granularity.Model)]
    public void The_median_is_that_of_the_vectors(Granularity granularity)
    {
        using var inputs = Open("a", "b", "a");
        double[] weights = [1, 1.5, 1];
        var groups = Ia3Merge.Median(inputs.Vectors, granularity, weights, null);
        Assert.Equal(inputs.Vectors.Count, groups.Sum(g => g.Matrices.Count));
        foreach (var group in groups)
        {
            // Two copies of weight 1 outweigh one of 1.5: where both adapters differ the median is the copies' point.
            var points = Enumerable.Range(0, 3).Select(i => group.Matrices.SelectMany(v => inputs.Vectors[v].Changes()[i]).ToArray()).ToArray();
            Assert.Equal(GeometricMedian.Solve(CoordinatesFromPoints.Of(points, weights), weights).Coefficients, group.Coefficients);
            if (points[0].SequenceEqual(points[1])) continue;
            Assert.Equal(MedianKind.Vertex, group.Median!.Kind);
            foreach (var v in group.Matrices) Assert.Equal(inputs.Vectors[v].Parts[0] ?? Enumerable.Repeat(1f, inputs.Vectors[v].Length), Ia3Merge.Merged(inputs.Vectors[v], group.Coefficients));
        }
    }

    [Fact]
    public void A_lora_among_ia3_adapters_is_refused()
    {
        var lora = Path.Combine(AdapterGoldens.Case("t5-qv"), "adapter");
        Assert.Throws<ProblemException>(() => Ia3Set.Open(AdapterGoldens.Base("t5"), [Weighted("adapters", "a"), lora]));
    }
}
