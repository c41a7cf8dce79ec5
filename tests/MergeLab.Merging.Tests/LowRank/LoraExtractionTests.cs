using System.Globalization;
using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Tests.Methods.Spectral;

namespace MergeLab.Merging.Tests.LowRank;

public sealed class LoraExtractionTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    static string Model(string name) => Repository.Golden("recipes", "models", name);

    static string Case(params string[] parts) => Repository.Golden(["recipes", "cases", .. parts]);

    public static TheoryData<string> Cases =>
        [.. Directory.EnumerateDirectories(Case()).Select(d => Path.GetFileName(d)).Where(d => d.StartsWith("extract-lora", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>mergekit decomposes in float32.</summary>
    const double Share = 1e-5;

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_extracted_adapter_is_mergekits(string id)
    {
        string[] arguments = [.. JsonElement.Parse(File.ReadAllText(Case(id, "expected.json"))).GetProperty("argv").EnumerateArray().Select(a => a.GetString()!)];
        string One(string flag) => arguments[Array.IndexOf(arguments, flag) + 1];
        IReadOnlyList<string> All(string flag) => [.. arguments.Index().Where(a => a.Item == flag).Select(a => arguments[a.Index + 1])];
        var options = new ExtractionOptions
        {
            MaxRank = int.Parse(One("--max-rank"), CultureInfo.InvariantCulture),
            SingularEpsilon = arguments.Contains("--sv-epsilon") ? double.Parse(One("--sv-epsilon"), CultureInfo.InvariantCulture) : 0,
            DistributeScale = !arguments.Contains("--no-distribute-scale"),
            EmbedLora = arguments.Contains("--embed-lora"),
            SkipUndecomposable = arguments.Contains("--skip-undecomposable"),
            Exclude = All("-e"),
            Include = All("-i"),
            Threads = 2,
        };
        var (basis, tuned) = (Repository.Golden("recipes", One("--base-model")), Repository.Golden("recipes", One("--model")));
        var record = LoraExtraction.Run(basis, tuned, scratch.File("out"), options, null, CancellationToken.None);
        using var written = PeftAdapter.Open(scratch.File("out"));
        var recorded = File.ReadLines(Case(id, "tensors.jsonl")).Select(l => JsonElement.Parse(l)).ToDictionary(t => t[0].GetString()!, t => t[2].EnumerateArray().Select(d => d.GetInt64()).ToArray());
        // Rank 0, which PEFT itself cannot load, is left out here.
        var expected = recorded.Where(t => t.Value.All(d => d > 0)).ToDictionary();
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), written.Weights.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
        foreach (var tensor in written.Weights.Tensors) Assert.Equal(expected[tensor.Name], tensor.Shape);
        Assert.Equal(written.Lora.Count, record.Modules.Count);
        CheckValues(id, scratch.File("out"), written);
        // Whole, the adapter on the base is as near to the fine-tune as its energy says.
        using var adapted = AdaptedModel.Open(basis, scratch.File("out"));
        using var target = Checkpoint.Open(tuned);
        using var start = Checkpoint.Open(basis);
        foreach (var module in record.Modules)
        {
            var (found, wanted, before) = (MergingGolden.Values(adapted.Reader(module.Name + ".weight")), MergingGolden.Values(target.Reader(module.Name + ".weight")), MergingGolden.Values(start.Reader(module.Name + ".weight")));
            var rest = found.Zip(wanted, (x, y) => (x - y) * (x - y)).Sum() / wanted.Zip(before, (x, y) => (x - y) * (x - y)).Sum();
            Assert.Equal(1 - module.Energy, rest, 1e-5);
        }
    }

    /// <summary>B·A where all of it was recorded; of samples the singular directions, each up to its sign.</summary>
    static void CheckValues(string id, string folder, PeftAdapter written)
    {
        using var ours = Checkpoint.OpenAny(Path.Combine(folder, PeftAdapter.WeightsFile));
        var isWhole = File.Exists(Case(id, "tensors.safetensors"));
        using var theirs = Checkpoint.OpenAny(Case(id, isWhole ? "tensors.safetensors" : "sample.safetensors"));
        foreach (var module in written.Lora)
        {
            var (a, b) = (MergingGolden.Values(ours.Reader(module.A.Name)), MergingGolden.Values(ours.Reader(module.B.Name)));
            var (theirA, theirB) = (MergingGolden.Values(theirs.Reader(module.A.Name)), MergingGolden.Values(theirs.Reader(module.B.Name)));
            var (rank, inputs) = (module.Rank, (int)module.Inputs);
            if (isWhole)
            {
                double[] Product(double[] left, double[] right) =>
                    [.. from row in Enumerable.Range(0, left.Length / rank) from column in Enumerable.Range(0, inputs) select Enumerable.Range(0, rank).Sum(k => left[row * rank + k] * right[k * inputs + column])];
                var product = Product(theirB, theirA);
                MergingGolden.Close(new Dictionary<string, double[]> { [module.Path] = product }, _ => Product(b, a), Share);
                continue;
            }
            // A sample keeps 48 elements: those of one direction share a sign.
            CheckSample(a, theirA, i => (int)(i / inputs));
            CheckSample(b, theirB, i => (int)(i % rank));
        }
        foreach (var saved in written.Replaced)
        {
            var whole = MergingGolden.Values(ours.Reader(saved.Tensor.Name));
            var sample = MergingGolden.Values(theirs.Reader(saved.Tensor.Name));
            for (var i = 0; i < sample.Length; i++) Assert.Equal(sample[i], whole[Position(i, sample.Length, whole.Length)]);
        }
    }

    /// <summary>Factors depend on the gaps between singular values: the reference's own differ by 5.7e-6 between one thread and two.</summary>
    const double Factors = 1.2e-5;

    static void CheckSample(double[] ours, double[] theirs, Func<long, int> directionOf)
    {
        foreach (var group in Enumerable.Range(0, theirs.Length).Select(i => (Value: theirs[i], At: Position(i, theirs.Length, ours.Length))).GroupBy(p => directionOf(p.At)))
        {
            var sign = Math.Sign(group.Sum(p => p.Value * ours[p.At]));
            foreach (var (value, at) in group) Assert.Equal(value, sign * ours[at], Factors);
        }
    }

    static int Position(int index, int sampled, int count) => sampled == count ? index : (int)((long)index * count / sampled);

    [Fact]
    public void A_share_of_energy_keeps_the_fewest_directions_that_hold_it()
    {
        var record = LoraExtraction.Run(Model("llama-base"), Model("llama-a"), scratch.File("out"), new ExtractionOptions { Energy = 0.7, Threads = 2 }, null, CancellationToken.None);
        Assert.All(record.Modules, m => Assert.InRange(m.Energy, 0.7, 1));
        var ranks = record.Modules.ToDictionary(m => m.Name, m => m.Rank);
        var fewer = LoraExtraction.Run(Model("llama-base"), Model("llama-a"), scratch.File("fewer"), new ExtractionOptions { MaxRank = ranks.Values.Max() - 1, Threads = 2 }, null, CancellationToken.None);
        Assert.Contains(fewer.Modules, m => m.Energy < 0.7);
    }

    [Fact]
    public void Any_number_of_threads_writes_the_same_bytes()
    {
        byte[] Extract(int threads)
        {
            var folder = scratch.File($"with-{threads}");
            LoraExtraction.Run(Model("llama-base"), Model("llama-a"), folder, new ExtractionOptions { MaxRank = 8, Threads = threads }, null, CancellationToken.None);
            return File.ReadAllBytes(Path.Combine(folder, PeftAdapter.WeightsFile));
        }
        var one = Extract(1);
        Assert.Equal(one, Extract(2));
        Assert.Equal(one, Extract(5));
    }

    [Theory]
    [InlineData("roberta-mlm", "roberta-mlm-a")]
    [InlineData("qwen2-base", "qwen2-a")]
    [InlineData("t5-base", "t5-a")]
    public void At_full_rank_the_base_with_the_adapter_is_the_fine_tune(string basis, string tuned)
    {
        if (!Directory.Exists(Model(basis)) || !Directory.Exists(Model(tuned))) Assert.Fail($"no {basis} or {tuned} among the recorded models");
        LoraExtraction.Run(Model(basis), Model(tuned), scratch.File("out"), new ExtractionOptions { MaxRank = 1024, Threads = 2 }, null, CancellationToken.None);
        using var adapted = AdaptedModel.Open(Model(basis), scratch.File("out"));
        using var target = Checkpoint.Open(Model(tuned));
        foreach (var tensor in target.Tensors.Where(t => t.DType.IsFloat()))
        {
            var (found, wanted) = (MergingGolden.Values(adapted.Reader(tensor.Name)), MergingGolden.Values(target.Reader(tensor.Name)));
            var most = wanted.Max(Math.Abs) * 1e-5;
            for (var e = 0; e < wanted.Length; e++) Assert.Equal(wanted[e], found[e], most);
        }
    }

    [Fact]
    public void Models_without_a_difference_are_refused() =>
        Assert.Throws<ProblemException>(() => LoraExtraction.Run(Model("llama-base"), Model("llama-base"), scratch.File("out"), new ExtractionOptions(), null, CancellationToken.None));

    [Theory]
    [InlineData("(")]
    [InlineData("(a+)+$")]
    public void A_bad_or_endless_expression_is_refused(string expression)
    {
        var filter = () => new ModuleFilter([expression], []).Takes(new string('a', 40) + "!");
        Assert.Throws<ProblemException>(() => filter());
    }

    [Fact]
    public void A_model_of_another_size_is_refused_with_the_tensor()
    {
        var problem = Assert.Throws<ProblemException>(() => LoraExtraction.Run(Model("llama-base"), Model("llama-ext"), scratch.File("out"), new ExtractionOptions(), null, CancellationToken.None)).Problem;
        Assert.NotNull(problem.Where!.Tensor);
    }
}
