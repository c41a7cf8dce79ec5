using System.Text.Json;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Methods.Spectral;
using MergeLab.Merging.Tests.Methods.Spectral;

namespace MergeLab.Merging.Tests.LowRank;

/// <summary>What core-space-merging and KnOTS compute from the same factors.</summary>
public class SpaceGoldenTests
{
    /// <summary>Core space works in float64 throughout.</summary>
    const double Doubles = 1e-10;

    /// <summary>KnOTS rounds U, S and V to float32, whatever the input.</summary>
    const double Singles = 1e-6;

    public static TheoryData<string> Core => Cases("core");

    public static TheoryData<string> Knots => Cases("knots");

    public static TheoryData<string> Full => Cases("full");

    public static TheoryData<string> KnotsOriginal => MergingGolden.Cases("lora", "knots_original");

    [Theory]
    [MemberData(nameof(Core))]
    public void Core_space_is_the_authors_result(string id) => Check(id, "core_space", Settings(id), Doubles);

    [Theory]
    [MemberData(nameof(Knots))]
    public void Knots_matrix_by_matrix_is_the_core_space_authors_result(string id)
    {
        var settings = Settings(id);
        settings["trim"] = "matrix";
        settings["basis"] = "orthonormal";
        Check(id, "knots", settings, Singles);
    }

    [Theory]
    [MemberData(nameof(KnotsOriginal))]
    public void Knots_is_its_authors_result(string id)
    {
        var parameters = MergingGolden.Record("lora", id).GetProperty("params");
        Check(id, "knots", new()
        {
            ["inner"] = parameters.GetProperty("inner").GetString() == "ties" ? "ties" : "sum",
            ["density"] = parameters.GetProperty("topK").GetDouble() / 100,
            ["ties_merge"] = parameters.GetProperty("merging_type").GetString()!,
        }, Singles);
    }

    [Theory]
    [MemberData(nameof(Full))]
    public void Inner_methods_on_whole_task_vectors_are_the_authors_results(string id)
    {
        using var pool = new AdapterPool(MergingGolden.Record("lora", id).GetProperty("pool").GetString()!);
        using var scope = NewDisposeScope();
        var values = MergingGolden.Settings(MergeLab.Merging.Methods.MethodTable.Find("core_space")!, Settings(id));
        var settings = new MatrixSettings(values, [], "fusionbench", MatrixSettings.NoiseOfDoubles, 2, _ => { }, CancellationToken.None);
        var merged = pool.Run("core_space", []).Matrices.ToDictionary(m => m.Matrix.Sample.Path, m =>
        {
            var space = CoreSpace.Of(pool.Run("core_space", []).TaskVectors(m.Matrix));
            var result = SpaceRule.Merge([.. space.Cores.Select(c => space.Left.matmul(c).matmul(space.Right))], settings);
            return (values.Flag("isotropize") ? IsoC.Flatten(result, settings, 6) : result).data<double>().ToArray();
        });
        MergingGolden.Close(MergingGolden.Tensors("lora", id + ".safetensors"), name => merged[name[..^".delta".Length]], Doubles);
    }

    static void Check(string id, string method, Dictionary<string, object> settings, double share)
    {
        using var pool = new AdapterPool(MergingGolden.Record("lora", id).GetProperty("pool").GetString()!);
        var merged = pool.Deltas(method, settings);
        MergingGolden.Close(MergingGolden.Tensors("lora", id + ".safetensors"), name => merged[name[..^".delta".Length]], share);
    }

    static Dictionary<string, object> Settings(string id)
    {
        var parameters = MergingGolden.Record("lora", id).GetProperty("params");
        var inner = parameters.GetProperty("inner").GetString()!;
        var settings = new Dictionary<string, object> { ["inner"] = inner == "tsv" ? "tsv_m" : inner };
        if (parameters.TryGetProperty("isotropize", out var isotropize)) settings["isotropize"] = isotropize.GetBoolean();
        if (!parameters.TryGetProperty("cfg", out var values)) return settings;
        foreach (var (theirs, ours, unit) in new[] { ("topK", "density", 100.0), ("cart_pruning_rank", "rank_fraction", 1), ("cart_scaling_coeffs", "cart_scaling", 1) })
            if (values.TryGetProperty(theirs, out var value)) settings[ours] = value.GetDouble() / unit;
        return settings;
    }

    static TheoryData<string> Cases(string space)
    {
        var cases = new TheoryData<string>();
        foreach (var record in MergingGolden.Records("lora").Where(r => r.GetProperty("method").GetString() == "space" && r.GetProperty("params").GetProperty("space").GetString() == space))
            cases.Add(record.GetProperty("id").GetString()!);
        return cases;
    }
}
