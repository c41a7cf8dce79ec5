using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Merging.Tests.Checkpoints;

/// <summary>Bases with adapters against what PEFT's merge_and_unload saved.</summary>
public sealed class AdapterMergeTests
{
    /// <summary>Relative to the largest value of a tensor: evaluating in double differs from PEFT's f32 by at most 1.7e-7.</summary>
    const double Tolerance = 1e-6;

    /// <summary>PiSSA: PEFT runs an f32 SVD; 2.2e-6 measured against double.</summary>
    const double PissaTolerance = 1e-5;

    /// <summary>16-bit results: the f32 product before the rounding may differ in its last bit.</summary>
    const double ShareOfUnits = 0.005;

    public static TheoryData<string> CaseNames => [.. AdapterGoldens.Cases];

    [Fact]
    public void There_are_cases() => Assert.True(AdapterGoldens.Cases.Count >= 39, $"{AdapterGoldens.Cases.Count} cases");

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void An_adapter_applied_to_its_base_gives_the_weights_PEFT_merges(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AdapterGoldens.Case(name), "case.json")));
        var basePath = AdapterGoldens.Base(document.RootElement.GetProperty("base").GetString()!);
        Compare(basePath, Path.Combine(AdapterGoldens.Case(name), "adapter"), Path.Combine(AdapterGoldens.Case(name), "merged.safetensors"), Tolerance);
    }

    [Fact]
    public void Names_of_an_older_transformers_release_mean_the_same_modules() => Compare(AdapterGoldens.Base("vit"),
        Path.Combine(AdapterGoldens.Case("vit-qv"), "adapter_v4_names"), Path.Combine(AdapterGoldens.Case("vit-qv"), "merged.safetensors"), Tolerance);

    [Fact]
    public void The_principal_part_of_the_base_is_taken_out_before_an_unconverted_PiSSA_adapter_is_added() => Compare(AdapterGoldens.Base("llama"),
        Path.Combine(AdapterGoldens.Case("llama-pissa"), "adapter_unconverted"), Path.Combine(AdapterGoldens.Case("llama-pissa"), "merged_unconverted.safetensors"), PissaTolerance);

    static void Compare(string basePath, string adapter, string mergedPath, double tolerance)
    {
        using var model = AdaptedModel.Open(basePath, adapter);
        using var merged = SafetensorsFile.Open(mergedPath);
        using var stored = Checkpoint.Open(basePath);
        Assert.NotEmpty(merged.Tensors);
        foreach (var info in model.Tensors)
        {
            var ours = new float[info.Count];
            model.Reader(info.Name).Read(0, ours);
            var expected = new float[info.Count];
            if (merged.Find(info.Name) is not { } golden)
            {
                // PEFT left it alone, so it must be the base's, bit for bit.
                stored.Reader(info.Name).Read(0, expected);
                Assert.Equal(expected, ours);
                continue;
            }
            Assert.Equal(golden.DType, info.DType);
            Elements.ToSingle(golden.DType, merged.Bytes(golden), expected);
            if (golden.DType == DType.F32) AssertClose(info.Name, expected, ours, tolerance);
            else AssertUnits(info.Name, golden.DType, expected, ours);
        }
        Assert.All(merged.Tensors, t => Assert.NotNull(model.Find(t.Name)));
    }

    static void AssertClose(string name, float[] expected, float[] ours, double tolerance)
    {
        var largest = expected.Max(Math.Abs);
        var worst = expected.Zip(ours, (a, b) => Math.Abs((double)a - b)).Max();
        Assert.True(worst <= tolerance * largest, $"{name}: off by {worst}, largest value {largest}");
    }

    static void AssertUnits(string name, DType type, float[] expected, float[] ours)
    {
        static int[] Ordered(DType type, float[] values)
        {
            var raw = new byte[2 * values.Length];
            Elements.FromSingle(type, values, raw);
            return [.. Enumerable.Range(0, values.Length).Select(i => BitConverter.ToInt16(raw, 2 * i)).Select(v => v < 0 ? short.MinValue - v : v)];
        }
        var distances = Ordered(type, expected).Zip(Ordered(type, ours), (a, b) => Math.Abs(a - b)).ToList();
        Assert.True(distances.Max() <= 1 && distances.Count(d => d > 0) <= ShareOfUnits * distances.Count, $"{name}: {distances.Count(d => d > 0)} of {distances.Count} differ, by up to {distances.Max()} units");
    }
}
