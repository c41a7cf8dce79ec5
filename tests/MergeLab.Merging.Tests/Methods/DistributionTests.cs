using System.Text.Json;
using MergeLab.Checkpoints;

namespace MergeLab.Merging.Tests.Methods;

/// <summary>Random methods against mean and spread of each element over 400 recorded runs of mergekit.</summary>
public class DistributionTests
{
    const int Seeds = 100;

    static readonly JsonElement[] Cases = [.. JsonElement.Parse(File.ReadAllText(Repository.Golden("recipes", "distribution", "distribution.json"))).EnumerateArray()];

    public static TheoryData<string> Ids => [.. Cases.Select(c => c.GetProperty("id").GetString()!)];

    [Theory, MemberData(nameof(Ids))]
    public void Random_drops_have_mergekits_distribution(string id)
    {
        var record = Cases.Single(c => c.GetProperty("id").GetString() == id);
        var tensor = record.GetProperty("tensor").GetString()!;
        var basis = Model(record.GetProperty("base").GetString()!, tensor);
        var models = record.GetProperty("models").EnumerateArray().Select(m => m.GetString()!).Where(m => m != record.GetProperty("base").GetString()).Select(m => Model(m, tensor)).ToArray();
        var perModel = record.GetProperty("parameters").EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Array).ToDictionary(p => p.Name, p => p.Value.EnumerateArray().Select(v => v.GetDouble()).ToArray());
        var shared = record.GetProperty("parameters").EnumerateObject().Where(p => p.Value.ValueKind is JsonValueKind.True or JsonValueKind.False).ToDictionary(p => p.Name, p => (object)p.Value.GetBoolean());
        var sums = new double[basis[tensor].Values.Length];
        for (var seed = 0; seed < Seeds; seed++)
        {
            var merge = new ArrayMerge { Method = record.GetProperty("method").GetString()!, Models = models, Base = basis, PerModel = perModel, Parameters = shared, Seed = (ulong)seed };
            var got = merge.Merge()[tensor];
            for (var i = 0; i < sums.Length; i++) sums[i] += got[i];
        }
        var golden = ArrayTensor.ReadAll(Repository.Golden("recipes", "distribution", id + ".safetensors"));
        var (mean, spread) = (golden["mean"].Values, golden["std"].Values);
        // Both means are estimates: theirs over 400 runs, ours over these.
        var error = Math.Sqrt(1.0 / Seeds + 1.0 / 400);
        var outside = Enumerable.Range(0, sums.Length).Where(i => Math.Abs(sums[i] / Seeds - mean[i]) > 5 * spread[i] * error + 1e-6).ToList();
        Assert.True(outside.Count == 0, $"{id}: {outside.Count} of {sums.Length} elements, such as {outside.FirstOrDefault()}");
    }

    [Theory]
    [InlineData("dare_linear")]
    [InlineData("dare_ties")]
    [InlineData("della")]
    [InlineData("della_linear")]
    public void The_seed_alone_decides_what_is_drawn(string method)
    {
        const string Tensor = "model.layers.1.mlp.up_proj.weight";
        double[] Run(ulong seed, int threads) => new ArrayMerge
        {
            Method = method,
            Base = Model("llama-base", Tensor),
            Models = [Model("llama-a", Tensor), Model("llama-far", Tensor)],
            Seed = seed,
            Threads = threads,
            PerModel = new() { ["weight"] = [0.6, 0.4], ["density"] = [0.5, 0.6] },
        }.Merge()[Tensor];
        Assert.Equal(Run(7, 1), Run(7, 7));
        Assert.NotEqual(Run(7, 1), Run(8, 1));
    }

    static Dictionary<string, ArrayTensor> Model(string name, string tensor) => new() { [tensor] = ArrayTensor.ReadAll(Repository.Golden("recipes", "models", name, "model.safetensors"))[tensor] };
}
