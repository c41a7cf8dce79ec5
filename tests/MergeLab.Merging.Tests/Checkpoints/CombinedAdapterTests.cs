using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Checkpoints.Numerics;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.Tests.Checkpoints;

/// <summary>Adapters that PEFT's add_weighted_adapter wrote: what it can load again reads here as the delta it computed, the rest is refused.</summary>
public sealed class CombinedAdapterTests
{
    /// <summary>Relative to the largest value of a tensor: one f32 product of factors each; f64 differs from PEFT by at most 2.5e-7.</summary>
    const double Tolerance = 1e-6;

    public static TheoryData<string, string> Combinations
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var set in Directory.EnumerateDirectories(Repository.Golden("adapters", "weighted")).Order(StringComparer.Ordinal))
                foreach (var folder in Directory.EnumerateDirectories(set).Where(d => File.Exists(Path.Combine(d, AdapterConfig.FileName))).Order(StringComparer.Ordinal))
                    data.Add(Path.GetFileName(set), Path.GetFileName(folder));
            return data;
        }
    }

    [Fact]
    public void There_are_combinations() => Assert.True(Combinations.Count >= 40);

    [Theory]
    [MemberData(nameof(Combinations))]
    public void A_combined_adapter_reads_as_the_delta_PEFT_computed(string set, string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.Golden("adapters", "weighted", set, "set.json")));
        var combination = document.RootElement.GetProperty("combinations").EnumerateArray().First(c => c.GetProperty("name").GetString() == name);
        var folder = Repository.Golden("adapters", "weighted", set, name);
        var basePath = AdapterGoldens.Base(document.RootElement.GetProperty("base").GetString()!);
        if (combination.GetProperty("reload").GetString() != "ok" || name == "dare-density-0")
        {
            // Factors that do not fit together, or NaN everywhere, which PEFT does not notice.
            Assert.Throws<ProblemException>(() => AdaptedModel.Open(basePath, folder).Dispose());
            return;
        }
        using var model = AdaptedModel.Open(basePath, folder);
        if (!File.Exists(Path.Combine(folder, "delta.safetensors")))
        {
            Assert.NotEmpty(model.Bindings[0].Adapter.Ia3);
            return;
        }
        using var deltas = SafetensorsFile.Open(Path.Combine(folder, "delta.safetensors"));
        Assert.NotEmpty(deltas.Tensors);
        Assert.Equal(deltas.Tensors.Count, model.Bindings[0].Lora.Count());
        foreach (var change in model.Bindings[0].Lora)
        {
            var golden = deltas.Find(change.Module.Path) ?? deltas.Find(change.Tensor.Name)!;
            var (expected, ours) = (new float[golden.Count], new float[golden.Count]);
            Elements.ToSingle(golden.DType, deltas.Bytes(golden), expected);
            change.Factors().Apply(0, ours);
            var worst = expected.Zip(ours, (x, y) => Math.Abs((double)x - y)).Max();
            Assert.True(worst <= Tolerance * expected.Max(Math.Abs), $"{change.Module.Path}: off by {worst}");
        }
    }
}
