using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Checkpoints.Numerics;
using MergeLab.Core.Errors;
using MergeLab.Merging.Median;
using MergeLab.Merging.Output;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Tests.Checkpoints;

namespace MergeLab.Merging.Tests.Merging;

public sealed class MergerTests : IDisposable
{
    const string Median = "merge_method: geometric_median\n";

    /// <summary>Adapters by the base they fit. Those of llama differ in rank, scale and the modules they change.</summary>
    static readonly Dictionary<string, string[]> Adapters = new()
    {
        ["llama"] = ["llama-default", "llama-rslora", "llama-alpha"],
        ["llama-bf16"] = ["llama-bf16-both", "llama-f32-adapter-bf16-base"],
        ["gpt2"] = ["gpt2-conv1d", "gpt2-conv1d-unset"],
        ["t5"] = ["t5-qv", "t5-regex-cross"],
    };

    static readonly string[] Three = Adapters["llama"];

    readonly MergeFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    /// <summary>Float32 rounding of one product and one sum; PEFT's own merge is 1.7e-7 from float64.</summary>
    const float Rounding = 1e-6f;

    public static TheoryData<string, string> PlainAdapters => new()
    {
        { "llama", "llama-default" }, { "llama", "llama-rslora" }, { "llama", "llama-patterns" }, { "gpt2", "gpt2-conv1d" }, { "t5", "t5-qv" }, { "t5", "t5-regex-cross" },
    };

    [Theory]
    [MemberData(nameof(PlainAdapters))]
    public void Merging_one_adapter_is_what_PEFT_merges(string baseName, string name)
    {
        var merged = MergeFixture.Tensors(fixture.Merge(baseName, [name], "merge_method: average"));
        var recorded = MergeFixture.Tensors(Path.Combine(AdapterGoldens.Case(name), "merged.safetensors"));
        Assert.NotEmpty(recorded);
        foreach (var (tensor, values) in recorded)
        {
            var scale = values.Max(Math.Abs);
            for (var e = 0; e < values.Length; e++) Assert.Equal(values[e], merged[tensor][e], Rounding * scale);
        }
    }

    [Fact]
    public void What_no_adapter_changes_is_copied_bit_for_bit()
    {
        using var merged = Checkpoint.Open(fixture.Merge("llama", Three, Median));
        using var original = Checkpoint.Open(AdapterGoldens.Base("llama"));
        foreach (var name in new[] { "model.norm.weight", "model.embed_tokens.weight", "lm_head.weight" })
        {
            var (before, after) = (original.Locate(name), merged.Locate(name));
            Assert.True(before.File.Bytes(before.Info).SequenceEqual(after.File.Bytes(after.Info)), name);
        }
    }

    [Theory]
    [InlineData("llama", "matrix", true)]
    [InlineData("llama", "module", true)]
    [InlineData("llama", "model", true)]
    [InlineData("llama", "matrix", false)]
    [InlineData("llama-bf16", "module", true)]
    [InlineData("t5", "matrix", true)]
    public void The_median_equals_that_of_dense_task_vectors(string baseName, string granularity, bool scaled)
    {
        var merged = MergeFixture.Tensors(fixture.Merge(baseName, Adapters[baseName], $"{Median}dtype: float32\nparameters: {{granularity: {granularity}, lora_scale: {(scaled ? "peft" : "none")}}}"));
        using var original = Checkpoint.Open(AdapterGoldens.Base(baseName));
        var dense = DenseTaskVectors.Of(original, Adapters[baseName], scaled);
        var groups = dense.GroupBy(d => granularity switch { "model" => "", "module" => d.Key[..d.Key.LastIndexOf('.', d.Key.LastIndexOf('.') - 1)], _ => d.Key });
        foreach (var group in groups)
        {
            var points = Enumerable.Range(0, Adapters[baseName].Length).Select(i => group.SelectMany(d => d.Value[i]).ToArray()).ToArray();
            var weights = Adapters[baseName].Select(_ => 1.0).ToArray();
            var coefficients = GeometricMedian.Solve(CoordinatesFromPoints.Of(points, weights), weights).Coefficients;
            foreach (var (tensor, vectors) in group)
            {
                var before = MergeFixture.Values(original, original.Find(tensor)!);
                var expected = before.Select((w, e) => w + coefficients.Select((c, i) => c * vectors[i][e]).Sum()).ToArray();
                var scale = expected.Max(Math.Abs);
                for (var e = 0; e < expected.Length; e++) Assert.Equal(expected[e], merged[tensor][e], Rounding * scale);
            }
        }
    }

    [Fact]
    public void The_median_of_two_is_their_average()
    {
        var median = fixture.Merge("llama", ["llama-default", "llama-alpha"], Median, "median");
        var average = fixture.Merge("llama", ["llama-default", "llama-alpha"], "merge_method: average", "average");
        Assert.Equal(MergeFixture.Bytes(average), MergeFixture.Bytes(median));
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("llama-bf16")]
    [InlineData("gpt2")]
    [InlineData("t5")]
    public void The_adapter_of_a_merge_applied_to_the_base_is_the_merged_model_to_the_bit(string baseName)
    {
        var dense = fixture.Merge(baseName, Adapters[baseName], Median, "dense");
        var adapter = fixture.Merge(baseName, Adapters[baseName], Median + "output: adapter", "adapter");
        using (var opened = PeftAdapter.Open(adapter))
        {
            using var first = PeftAdapter.Open(Path.Combine(AdapterGoldens.Case(Adapters[baseName][0]), "adapter"));
            Assert.Equal(first.Config.TaskType, opened.Config.TaskType);
            Assert.All(opened.Lora, m => Assert.Equal(1, m.Scale));
        }
        Assert.Equal(MergeFixture.Bytes(dense), MergeFixture.Bytes(fixture.Apply(baseName, adapter)));
    }

    [Fact]
    public void Any_number_of_threads_writes_the_same_bytes()
    {
        var one = MergeFixture.Bytes(fixture.Merge("llama", Three, Median, "one", threads: 1));
        foreach (var threads in new[] { 2, 3, 16 }) Assert.Equal(one, MergeFixture.Bytes(fixture.Merge("llama", Three, Median, $"with-{threads}", threads)));
    }

    [Fact]
    public void A_16_bit_result_is_the_exact_sum_rounded_once()
    {
        var rounded = MergeFixture.Tensors(fixture.Merge("llama", Three, Median + "dtype: bfloat16", "half"));
        foreach (var (name, values) in MergeFixture.Tensors(fixture.Merge("llama", Three, Median, "full")))
        {
            Elements.Round(DType.BF16, values);
            Assert.Equal(values, rounded[name]);
        }
    }

    [Fact]
    public void The_written_config_names_the_written_type()
    {
        var folder = fixture.Merge("llama", Three, Median + "dtype: bfloat16");
        Assert.Contains("\"bfloat16\"", File.ReadAllText(Path.Combine(folder, "config.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_of_the_coefficients_lies_beside_the_result()
    {
        var text = File.ReadAllText(Path.Combine(fixture.Merge("llama", Three, Median + "compat: paper"), MergeRecord.FileName));
        Assert.Contains("\"compat\": \"paper\"", text, StringComparison.Ordinal);
        Assert.Contains("\"lora_scale\": \"none\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_merge_leaves_nothing_behind()
    {
        using var source = new CancellationTokenSource();
        var recipe = MergeFixture.Recipe("llama", [.. Three.Select(c => Path.Combine(AdapterGoldens.Case(c), "adapter"))], Median);
        Assert.ThrowsAny<OperationCanceledException>(() => fixture.Run(recipe, "out", 2, _ => source.Cancel(), source.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Root));
    }

    [Theory]
    [InlineData("llama-dora", "DoRA")]
    [InlineData("llama-ia3", "IA3")]
    [InlineData("llama-embedding", "replaces whole tensors")]
    public void An_adapter_that_is_more_than_a_LoRA_becomes_no_adapter(string name, string reason)
    {
        var problem = Assert.Throws<ProblemException>(() => fixture.Merge("llama", ["llama-default", name], Median + "output: adapter")).Problem;
        Assert.Contains(reason, problem.Why, StringComparison.Ordinal);
    }

    /// <summary>DoRA, IA3 and replaced tensors have no common factors, but their weights do: the merge of one is the adapter applied.</summary>
    [Theory]
    [InlineData("llama-dora")]
    [InlineData("llama-ia3")]
    [InlineData("llama-embedding")]
    public void Adapters_of_any_kind_are_merged_as_weights(string name)
    {
        var merged = MergeFixture.Tensors(fixture.Merge("llama", [name], Median));
        using var applied = AdaptedModel.Open(AdapterGoldens.Base("llama"), Path.Combine(AdapterGoldens.Case(name), "adapter"));
        foreach (var tensor in applied.Tensors)
        {
            var values = new float[tensor.Count];
            applied.Reader(tensor.Name).Read(0, values);
            // base + (adapted − base): a rounding of float32 at the size of the weights.
            for (var i = 0; i < values.Length; i++) Assert.Equal(values[i], merged[tensor.Name][i], 1e-6 * Math.Max(1, Math.Abs(values[i])));
        }
    }

    [Fact]
    public void An_adapter_of_another_model_is_refused_with_its_mismatches()
    {
        var problem = Assert.Throws<ProblemException>(() => fixture.Merge("gpt2", ["llama-default"], Median)).Problem;
        Assert.Contains("does not fit the base", problem.What, StringComparison.Ordinal);
        Assert.Contains("self_attn", problem.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Task_vectors_of_full_models_need_a_base()
    {
        var problem = Assert.Throws<ProblemException>(() => RecipeReader.Read("merge_method: ties\nmodels:\n  - {model: some/model, parameters: {weight: 1}}\n", "r.yml")).Problem;
        Assert.Contains("base_model", problem.What, StringComparison.Ordinal);
        Assert.Equal(1, problem.Where!.Line);
    }
}
