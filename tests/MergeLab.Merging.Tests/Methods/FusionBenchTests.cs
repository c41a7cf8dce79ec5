using System.Text.RegularExpressions;
using MergeLab.Checkpoints;

namespace MergeLab.Merging.Tests.Methods;

/// <summary>Data-free methods against FusionBench, the authors' code and MergeLM, as recorded on small models.</summary>
public class FusionBenchTests
{
    public static TheoryData<string> Averages => [.. DataFreeGolden.Ids("simple_average", "weighted_average", "task_arithmetic", "magmax")];

    public static TheoryData<string> Ties => [.. DataFreeGolden.Ids("ties", "ties_authors", "fw_nlp_ties")];

    // The mask of weights rather than of task vectors is no method here.
    public static TheoryData<string> MergeLm => [.. DataFreeGolden.Ids("mergelm").Where(i => i != "dare_mlm_finetuned")];

    // A drop rate of 1 divides zero by zero in the reference; here the base stays. Integer buffers enter its trimming with their absolute
    // values, not their changes; here they take no part.
    public static TheoryData<string> Dare => [.. DataFreeGolden.Ids("dare").Where(i => i is not ("dare_one" or "dare_ties_int"))];

    public static TheoryData<string> Raising => [.. DataFreeGolden.Raising("task_arithmetic", "ties", "mergelm")];

    public static TheoryData<string> Spherical => [.. DataFreeGolden.Ids("slerp", "model_stock")];

    public static TheoryData<string> Emr => [.. DataFreeGolden.Ids("emr")];

    [Theory, MemberData(nameof(Averages))]
    public void Averages_and_task_arithmetic_are_the_same_bits(string id)
    {
        var golden = DataFreeGolden.Open(id);
        var merge = golden.Method switch
        {
            "simple_average" => Merge(golden, "average"),
            "weighted_average" => Merge(golden, "linear", new() { ["normalize"] = golden.Parameters.GetProperty("normalize").GetBoolean() }, new() { ["weight"] = [.. golden.Parameters.GetProperty("weights").EnumerateArray().Select(w => w.GetDouble())] }),
            "magmax" => Merge(golden, "magmax", new() { ["lambda"] = golden.Number("scaling_factor") }),
            _ => Merge(golden, "task_arithmetic", new() { ["lambda"] = golden.Number("scaling_factor") }, Weights(golden)),
        };
        AssertSame(golden, merge.Merge(), golden.Results);
    }

    [Theory, MemberData(nameof(Ties))]
    public void Ties_is_the_same_bits(string id)
    {
        var golden = DataFreeGolden.Open(id);
        var removed = golden.Words("remove_keys");
        golden.Remove(removed.Contains);
        var nlp = golden.Method == "fw_nlp_ties";
        var threshold = nlp ? 1 - golden.Number("mask_rate") : golden.Number("threshold");
        var density = Math.Round(threshold > 1 ? threshold / 100 : threshold, 12);
        var merge = Merge(golden, "ties", new() { ["lambda"] = golden.Number(nlp ? "scaling" : "scaling_factor"), ["merge"] = nlp ? "mean" : golden.Parameters.GetProperty("merge_func").GetString()!.Replace("dis-", "", StringComparison.Ordinal) }, Weights(golden, ("density", density)));
        AssertSame(golden, merge.Merge(), golden.Results);
    }

    [Theory, MemberData(nameof(MergeLm))]
    public void MergeLm_is_the_same_bits(string id)
    {
        var golden = DataFreeGolden.Open(id);
        golden.Remove(name => golden.Words("exclude_param_names_regex").Any(pattern => Regex.IsMatch(name, "^(" + pattern + ")")));
        var rates = golden.Has("weight_mask_rates") ? golden.Parameters.GetProperty("weight_mask_rates").EnumerateArray().Select(r => r.GetDouble()).ToArray() : [];
        var lambda = golden.Has("scaling_coefficient") ? golden.Number("scaling_coefficient") : 1;
        switch (golden.Parameters.GetProperty("merging_method_name").GetString())
        {
            case "average_merging":
                AssertSame(golden, Merge(golden, "average").Merge(), golden.Results);
                break;
            case "task_arithmetic":
                AssertSame(golden, Merge(golden, "task_arithmetic", new() { ["lambda"] = lambda }, Weights(golden)).Merge(), golden.Results);
                break;
            case "ties_merging":
                AssertSame(golden, Merge(golden, "ties", new() { ["lambda"] = lambda, ["merge"] = "mean" }, Weights(golden, ("density", Math.Round(1 - golden.Number("param_value_mask_rate"), 12)))).Merge(), golden.Results);
                break;
            case "mask_merging" when golden.Parameters.GetProperty("mask_strategy").GetString() == "random":
                // The reference adds the base to what is left and takes task vectors of that again: one more rounding each way.
                AssertClose(golden, Dropped(golden, "dare_linear", rates, lambda).Merge(), golden.Results, 5e-7);
                break;
            default:
                // Trimming in each tensor without a vote, which Breadcrumbs does where it drops no outliers; the average of the trimmed models.
                var trim = new ArrayMerge
                {
                    Method = "breadcrumbs",
                    Models = golden.Models,
                    Base = golden.Base,
                    PerModel = new() { ["weight"] = [.. golden.Models.Select(_ => 1.0 / golden.Models.Length)], ["gamma"] = [.. golden.Models.Select(_ => 0.0)] },
                    Override = (tensor, name, model) => name == "density" ? (golden.Base[tensor].Tensor.Count - (long)(golden.Base[tensor].Tensor.Count * rates[model]) + 0.5) / golden.Base[tensor].Tensor.Count : null,
                };
                AssertClose(golden, trim.Merge(), golden.Results, 1e-6); // base + mean of task vectors against mean of models: another order of sums
                break;
        }
    }

    [Theory, MemberData(nameof(Dare))]
    public void Dare_is_the_same_bits_with_its_masks(string id)
    {
        var golden = DataFreeGolden.Open(id);
        var rates = golden.Models.Select(_ => golden.Number("sparsity_ratio")).ToArray();
        var merge = Dropped(golden, golden.Parameters.GetProperty("inner").GetString() == "ties" ? "dare_ties" : "dare_linear", rates, golden.Number("scaling_factor"));
        AssertSame(golden, merge.Merge(), golden.Results);
    }

    [Fact]
    public void Dropping_everything_leaves_the_base_where_the_reference_divides_zero_by_zero()
    {
        var golden = DataFreeGolden.Open("dare_one");
        AssertSame(golden, Dropped(golden, "dare_linear", [1, 1, 1, 1], golden.Number("scaling_factor")).Merge(), golden.Base);
    }

    [Theory, MemberData(nameof(Raising))]
    public void What_the_reference_refuses_works_here(string id)
    {
        var golden = DataFreeGolden.Open(id);
        golden.Remove(golden.Words("remove_keys").Contains);
        var method = golden.Method == "task_arithmetic" ? "task_arithmetic" : "ties";
        var perModel = Weights(golden);
        if (method == "ties") perModel["density"] = [.. golden.Models.Select(_ => golden.Method == "mergelm" ? 0.5 : golden.Number("threshold") is var k && k > 1 ? k / 100 : k)];
        var got = Merge(golden, method, perModel: perModel).Merge();
        Assert.All(got.Values, tensor => Assert.All(tensor, value => Assert.True(double.IsFinite(value))));
        foreach (var (name, values) in got.Where(p => !golden.Base[p.Key].Tensor.DType.IsFloat())) Assert.Equal(golden.Base[name].Values, values);
    }

    [Theory, MemberData(nameof(Spherical))]
    public void Slerp_and_model_stock_agree(string id)
    {
        var golden = DataFreeGolden.Open(id);
        if (golden.Method == "slerp")
        {
            var pair = golden.Words("pair");
            var ends = pair.Select(name => name == "base" ? golden.Base : golden.Models[Array.IndexOf(golden.Names, name)]).ToArray();
            var slerp = new ArrayMerge
            {
                Method = "slerp",
                Base = ends[0],
                Models = [ends[1]],
                Compat = "fusionbench",
                Parameters = golden.Has("DOT_THRESHOLD") ? new() { ["t"] = golden.Number("t"), ["dot_threshold"] = golden.Number("DOT_THRESHOLD") } : new() { ["t"] = golden.Number("t") },
            };
            AssertClose(golden, slerp.Merge(), golden.Results, 10 * Math.Max(golden.Deviation, 1e-7));
            return;
        }
        golden.Remove(golden.Words("ignore_keys").Contains);
        // Where the mean angle nears that of a regular simplex the ratio is the quotient of two roundings of the reference's float32 cosine.
        var ratios = golden.Extra.GetProperty("ratio");
        golden.Remove(name => ratios.TryGetProperty(name, out var ratio) && Math.Abs(ratio.GetDouble()) > 100);
        golden.Widen();
        AssertClose(golden, Merge(golden, "model_stock").Merge(), golden.Results, 1e-5); // the reference takes cosines in float32
    }

    [Theory, MemberData(nameof(Emr))]
    public void Emr_gives_the_unified_model_and_each_tasks(string id)
    {
        var golden = DataFreeGolden.Open(id);
        var unified = golden.Results.ToDictionary(p => p.Key["unified.".Length..], p => p.Value);
        golden.Remove(name => !unified.ContainsKey(name));
        var whole = Merge(golden, "emr");
        AssertSame(golden, whole.Merge(), golden.Base.ToDictionary(p => p.Key, p => Sum(p.Value, unified[p.Key], 1, null)));
        Assert.Contains("3 masks".Replace("3", golden.Models.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal), Assert.Single(whole.Run!.Notes), StringComparison.Ordinal);

        var rescalers = golden.Extra.GetProperty("rescalers").EnumerateArray().Select(r => r.ValueKind == System.Text.Json.JsonValueKind.Number ? r.GetDouble() : 0).ToArray();
        for (var task = 0; task < golden.Models.Length; task++)
        {
            var own = Merge(golden, "emr", new() { ["task"] = task + 1.0 }).Merge();
            var expected = golden.Base.ToDictionary(p => p.Key, p => Sum(p.Value, unified[p.Key], rescalers[task], golden.Masks[$"m{task}.{p.Key}"]));
            AssertClose(golden, own, expected, 1e-6); // the rescaler is a quotient of float32 sums
        }
    }

    /// <summary>Base + factor·mask·what, in float32.</summary>
    static ArrayTensor Sum(ArrayTensor basis, ArrayTensor what, double factor, ArrayTensor? mask) =>
        new(basis.Tensor.Name, DType.F32, basis.Tensor.Shape, [.. basis.Values.Select((b, i) => (double)((float)b + (float)(factor * what.Values[i] * (mask?.Values[i] ?? 1))))]);

    static ArrayMerge Dropped(DataFreeGolden golden, string method, double[] rates, double lambda)
    {
        var masks = golden.Masks;
        // A tied tensor is drawn once, under its first name.
        string? Key(string tensor, string model) => new[] { tensor, tensor == "lm_head.weight" ? "shared.weight" : tensor }.Select(t => $"m{model[^1]}.{t}").FirstOrDefault(masks.ContainsKey);
        var perModel = Weights(golden);
        perModel["density"] = [.. rates.Select(r => 1 - r)];
        if (golden.Has("threshold")) perModel["trim"] = [.. rates.Select(_ => golden.Number("threshold") / 100)];
        return new ArrayMerge
        {
            Method = method,
            Models = golden.Models,
            Base = golden.Base,
            Compat = "fusionbench",
            PerModel = perModel,
            Parameters = new() { ["lambda"] = lambda, ["rescale"] = !golden.Has("rescale") || golden.Parameters.GetProperty("rescale").GetBoolean() },
            Masks = new GivenMasks((tensor, model) => Key(tensor, model) is { } key ? [.. masks[key].Values.Select(v => v != 0)] : null),
            // What has no mask was left whole: with only_on_linear_weights everything else.
            Override = (tensor, name, model) => name == "density" && Key(tensor, ArrayMerge.Name(model)) is null ? 1 : null,
        };
    }

    static ArrayMerge Merge(DataFreeGolden golden, string method, Dictionary<string, object>? parameters = null, Dictionary<string, double[]>? perModel = null) =>
        new() { Method = method, Models = golden.Models, Base = golden.Base, CountBase = false, Compat = "fusionbench", Parameters = parameters ?? [], PerModel = perModel ?? [] };

    static Dictionary<string, double[]> Weights(DataFreeGolden golden, params (string Name, double Value)[] others)
    {
        var all = others.ToDictionary(o => o.Name, o => golden.Models.Select(_ => o.Value).ToArray());
        all["weight"] = [.. golden.Models.Select(_ => 1.0)];
        return all;
    }

    /// <summary>Every float tensor of the merge; integers are copied from the base, which the references do not.</summary>
    static void AssertSame(DataFreeGolden golden, Dictionary<string, double[]> got, Dictionary<string, ArrayTensor> expected)
    {
        Assert.NotEmpty(got);
        foreach (var (name, values) in got.Where(p => golden.Base[p.Key].Tensor.DType.IsFloat()))
        {
            var differing = values.Zip(expected[name].Values, (a, b) => a.Equals(b) || (a == 0 && b == 0)).Count(same => !same);
            Assert.True(differing == 0, $"{golden.Id} {name}: {differing} of {values.Length} differ, by at most {values.Zip(expected[name].Values, (a, b) => Math.Abs(a - b)).Max()}");
        }
    }

    static void AssertClose(DataFreeGolden golden, Dictionary<string, double[]> got, Dictionary<string, ArrayTensor> expected, double tolerance)
    {
        Assert.NotEmpty(got);
        foreach (var (name, values) in got.Where(p => golden.Base[p.Key].Tensor.DType.IsFloat()))
        {
            var error = values.Zip(expected[name].Values, (a, b) => Math.Abs(a - b)).Max() / expected[name].Values.Max(Math.Abs);
            Assert.True(error <= tolerance, $"{golden.Id} {name}: {error} of the largest value");
        }
    }
}
