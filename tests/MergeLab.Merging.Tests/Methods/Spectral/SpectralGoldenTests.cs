using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Merging.Tests.Methods.Spectral;

/// <summary>
/// The references' results for models of full rank. Two float64 implementations differ by 2e-14 of the largest value, and rounding of the
/// inputs moves results by 1e-13: asked is 1e-10.
/// </summary>
public sealed class SpectralGoldenTests : IDisposable
{
    const double Share = 1e-10;

    readonly MergingGolden golden = new();

    public void Dispose() => golden.Dispose();

    /// <summary>Without task arithmetic, which the same class offers.</summary>
    public static TheoryData<string> Cart => MergingGolden.Cases("datafree", p => p.GetProperty("merge_method").GetString() != "TA", "cart");

    /// <summary>Without models of one task each, which are no merge.</summary>
    public static TheoryData<string> Others => MergingGolden.Cases("datafree", p => !p.TryGetProperty("single", out _), "tsvm", "iso", "wudi");

    /// <summary>References that give the merged task vector, without base and scale.</summary>
    public static TheoryData<string> Authors => MergingGolden.Cases("datafree", "tsv_original", "iso_original", "wudi_original");

    [Theory]
    [MemberData(nameof(Cart))]
    public void Cart_is_the_authors_result(string id)
    {
        var record = MergingGolden.Record("datafree", id);
        var parameters = record.GetProperty("params");
        var merge = parameters.GetProperty("merge_method").GetString();
        var ranks = merge == "CART" ? record.GetProperty("extra").GetProperty("rank") : default;
        var (result, _) = golden.Merge("cart", record.GetProperty("pool").GetString()!, Models(record), name => new()
        {
            ["decompose"] = merge == "CART" && ranks.TryGetProperty(name, out _) ? "true" : "false",
            ["rank_fraction"] = parameters.GetProperty("initial_rank_ratio").GetDouble(),
            ["scaling"] = parameters.TryGetProperty("prior", out var prior) ? prior.GetDouble() : 1,
        });
        MergingGolden.Close(MergingGolden.Tensors("datafree", id + ".safetensors"), name => MergingGolden.Doubles(result[name]), Share);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Tsv_iso_and_wudi_are_fusionbench_results(string id)
    {
        var record = MergingGolden.Record("datafree", id);
        var parameters = record.GetProperty("params");
        var excluded = parameters.TryGetProperty("exclude_keys", out var keys) ? keys.EnumerateArray().Select(k => k.GetString()).ToHashSet() : [];
        var method = Method(record);
        var settings = Settings(record);
        // Factors given one a model come in the place of a common one.
        Func<int, Dictionary<string, object>>? perModel = null;
        if (parameters.TryGetProperty("alpha", out var alpha) && alpha.ValueKind == JsonValueKind.Array) perModel = i => new() { ["weight"] = alpha[i].GetDouble() };
        var native = record.GetProperty("stored").GetString() == "native";
        var (result, _) = golden.Merge(method, record.GetProperty("pool").GetString()!, Models(record),
            name => new(settings) { ["decompose"] = excluded.Contains(name) ? "false" : "auto" },
            "fusionbench", native ? DType.BF16 : DType.F64, perModel);
        var expected = MergingGolden.Tensors("datafree", id + ".safetensors");
        if (!native)
        {
            MergingGolden.Close(expected, name => MergingGolden.Doubles(result[name]), Share);
            return;
        }
        // Rounded to bf16 after every step: what is rounded differs in the last bits of an SVD in f32, so one unit in the last place may differ.
        var differing = 0;
        foreach (var (name, values) in expected)
        {
            var found = new double[values.Length];
            Elements.ToDouble(DType.BF16, result[name], found);
            for (var e = 0; e < values.Length; e++)
            {
                if (found[e] != values[e]) differing++;
                Assert.Equal(values[e], found[e], Math.Max(1e-4, Math.Abs(values[e])) / 128);
            }
        }
        Assert.InRange(differing, 0, expected.Sum(t => t.Value.Length) / 100);
    }

    [Theory]
    [MemberData(nameof(Authors))]
    public void The_authors_own_code_gives_the_same_merged_task_vector(string id)
    {
        var record = MergingGolden.Record("datafree", id);
        var settings = Settings(record);
        var method = Method(record);
        var pool = record.GetProperty("pool").GetString()!;
        var expected = MergingGolden.Tensors("datafree", id + ".safetensors");
        string[] maps = ["in_proj_weight", "out_proj.weight", "c_fc.weight", "c_proj.weight"];
        var (result, _) = golden.Merge(method, pool, Models(record), name => new(settings)
        {
            ["decompose"] = name.Contains("text_projection", StringComparison.Ordinal) ? "false" : "auto",
        }, "fusionbench");
        using var basis = Checkpoint.Open(Repository.Golden("merging", "pools", pool, "base.safetensors"));
        var compared = method == "wudi" ? expected.Where(t => maps.Any(m => t.Key.EndsWith(m, StringComparison.Ordinal))) : expected;
        MergingGolden.Close(compared.ToDictionary(), name => [.. MergingGolden.Doubles(result[name]).Zip(MergingGolden.Values(basis.Reader(name)), (x, b) => x - b)], Share);
    }

    static string[] Models(JsonElement record) => [.. record.GetProperty("models").EnumerateArray().Select(m => m.GetString()!)];

    static string Method(JsonElement record) => record.GetProperty("method").GetString() switch
    {
        "tsvm" or "tsv_original" => "tsv_m",
        "wudi" or "wudi_original" => "wudi",
        _ => record.GetProperty("params").GetProperty("variant").GetString() == "c" ? "iso_c" : "iso_cts",
    };

    static Dictionary<string, object> Settings(JsonElement record)
    {
        var parameters = record.GetProperty("params");
        var settings = new Dictionary<string, object>();
        Put("scaling_factor", "scaling");
        Put("alpha", "scaling");
        Put("common_space_fraction", "common_space_fraction");
        Put("iter_num", "iterations");
        if (parameters.TryGetProperty("variant", out var variant) && variant.GetString() == "lossless") settings["lossless"] = true;
        return settings;

        void Put(string theirs, string ours)
        {
            if (parameters.TryGetProperty(theirs, out var value) && value.ValueKind == JsonValueKind.Number) settings[ours] = value.GetDouble();
        }
    }
}
