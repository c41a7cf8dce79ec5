using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Draws;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Tests.Checkpoints;
using MergeLab.Merging.Tests.Methods.Spectral;

namespace MergeLab.Merging.Tests.LowRank;

/// <summary>Every combination that PEFT's add_weighted_adapter made, from the same adapters, weights and masks.</summary>
public class PeftCombinationTests
{
    /// <summary>Relative to the largest value: PEFT works in float32, and differs from float64 by at most 2.5e-7, by 1.5e-6 where it decomposes.</summary>
    const double Sums = 1e-6, Decomposed = 5e-6;

    static IEnumerable<(string Set, JsonElement Root, JsonElement Combination)> All =>
        from folder in Directory.EnumerateDirectories(Repository.Golden("adapters", "weighted")).Order(StringComparer.Ordinal)
        let root = JsonElement.Parse(File.ReadAllText(Path.Combine(folder, "set.json")))
        where Path.GetFileName(folder) != "ia3"
        from combination in root.GetProperty("combinations").EnumerateArray()
        select (Path.GetFileName(folder), root, combination);

    static TheoryData<string, string> Select(Func<string, JsonElement, bool> wanted)
    {
        var data = new TheoryData<string, string>();
        foreach (var (set, _, combination) in All.Where(c => wanted(c.Set, c.Combination))) data.Add(set, combination.GetProperty("name").GetString()!);
        return data;
    }

    static bool IsFailure(JsonElement combination) => combination.GetProperty("error").ValueKind == JsonValueKind.String || combination.GetProperty("name").GetString() == "dare-density-0";

    static bool IsMoreThanLora(string set) => set is "dora" or "head";

    public static TheoryData<string, string> Working => Select((set, c) => !IsFailure(c) && !IsMoreThanLora(set));

    /// <summary>Those that PEFT refuses, or that come out as NaN.</summary>
    public static TheoryData<string, string> Failing => Select((set, c) => IsFailure(c) && !IsMoreThanLora(set));

    /// <summary>Magnitudes and heads, which PEFT leaves out of the combination without a word.</summary>
    public static TheoryData<string, string> Refused => Select((set, _) => IsMoreThanLora(set));

    [Theory]
    [MemberData(nameof(Working))]
    public void A_combination_is_the_delta_that_PEFT_computed(string set, string name)
    {
        var file = Repository.Golden("adapters", "weighted", set, name, "delta.safetensors");
        var deltas = Combine(set, name, "peft");
        if (!File.Exists(file))
        {
            // A rank above a matrix' smaller side: PEFT's factors do not fit together. Ours are the whole sum.
            Assert.Equal("rank-above-shape", set);
            file = Repository.Golden("adapters", "weighted", set, "cat", "delta.safetensors");
        }
        using var expected = Checkpoint.OpenAny(file);
        Assert.Equal(expected.Tensors.Count, deltas.Count);
        var share = name.Contains("svd", StringComparison.Ordinal) ? Decomposed : Sums;
        MergingGolden.Close(expected.Tensors.ToDictionary(t => t.Name, t => MergingGolden.Values(expected.Reader(t.Name))),
            module => deltas.TryGetValue(module, out var found) ? found : deltas[module[..^".weight".Length]], share);
    }

    [Theory]
    [MemberData(nameof(Failing))]
    public void What_PEFT_cannot_combine_is_refused_with_a_remedy(string set, string name)
    {
        var problem = Assert.Throws<ProblemException>(() => Combine(set, name, "peft")).Problem;
        Assert.NotNull(problem.Why);
        Assert.NotNull(problem.Remedy);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Adapters_of_which_PEFT_would_lose_a_part_are_refused(string set, string name) =>
        Assert.Throws<ProblemException>(() => Combine(set, name, null));

    [Fact]
    public void A_rank_stabilised_first_adapter_does_not_scale_the_result_unless_PEFT_is_asked_for()
    {
        var (exact, theirs) = (Combine("rslora-first", "cat-ab", null), Combine("rslora-first", "cat-ab", "peft"));
        foreach (var (module, values) in exact)
            for (var e = 0; e < values.Length; e++) Assert.Equal(Math.Sqrt(8) * values[e], theirs[module][e], 1e-12);
    }

    [Fact]
    public void Drawn_masks_keep_the_share_asked_for_and_are_the_same_in_every_run()
    {
        var first = Combine("same-rank", "dare-linear", null, replay: false);
        var second = Combine("same-rank", "dare-linear", null, replay: false);
        var recorded = Combine("same-rank", "dare-linear", null);
        foreach (var (module, values) in first) Assert.Equal(values, second[module]);
        Assert.NotEqual(recorded.First().Value, first.First().Value);
    }

    static Dictionary<string, double[]> Combine(string set, string name, string? compat, bool replay = true)
    {
        var (_, root, combination) = All.Single(c => c.Set == set && c.Combination.GetProperty("name").GetString() == name);
        string[] adapters = [.. combination.GetProperty("adapters").EnumerateArray().Select(a => a.GetString()!)];
        double[] weights = [.. combination.GetProperty("weights").EnumerateArray().Select(w => w.GetDouble())];
        var folder = Repository.Golden("adapters", "weighted", set);
        using var inputs = AdapterSet.Open(AdapterGoldens.Base(root.GetProperty("base").GetString()!), [.. adapters.Select(a => Path.Combine(folder, "adapters", a))]);
        var method = MethodTable.Find("add_weighted_adapter")!;
        var overrides = new Dictionary<string, object>();
        foreach (var argument in combination.GetProperty("arguments").EnumerateObject())
            if (argument.Name != "svd_full_matrices") overrides[argument.Name] = argument.Value.ValueKind == JsonValueKind.String ? argument.Value.GetString()! : argument.Value.GetDouble();
        var settings = MergingGolden.Settings(method, overrides);
        var models = weights.Select(w => MergingGolden.Settings(method, new() { ["weight"] = w })).ToList();
        var run = new LowRankRun
        {
            Matrices = [.. inputs.Matrices.Select(m => new MatrixMerge(m, settings, models))],
            Models = adapters,
            Configs = [.. inputs.Adapters.Select(a => a.Config)],
            Compat = compat,
            Masks = replay && File.Exists(Path.Combine(folder, name, "masks.safetensors")) ? new Masks(Path.Combine(folder, name, "masks.safetensors")) : null,
            Threads = 2,
        };
        var merge = (FactorMerge)method.LowRank!().Begin(run);
        using var scope = NewDisposeScope();
        return run.Matrices.Select((m, i) => (m, i)).ToDictionary(p => p.m.Matrix.Sample.Path, p =>
        {
            var pair = merge.Pair(p.i);
            Assert.InRange(pair.Left.size(1), 1, merge.RankOf(p.i));
            return pair.Left.matmul(pair.Right).data<double>().ToArray();
        });
    }

    /// <summary>PEFT's recorded masks: one byte an entry.</summary>
    sealed class Masks(string file) : IKeepMasks
    {
        public KeepMask? Find(string tensor, string model, long count)
        {
            using var masks = Checkpoint.OpenAny(file);
            var values = MergingGolden.Values(masks.Reader($"{tensor}.{model}"));
            var bits = new byte[(values.Length + 7) / 8];
            for (var e = 0; e < values.Length; e++)
                if (values[e] != 0) bits[e >> 3] |= (byte)(1 << (e & 7));
            return new KeepMask(bits);
        }
    }
}
