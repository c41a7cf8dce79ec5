using MergeLab.Checkpoints;

namespace MergeLab.Merging.Tests.Methods;

/// <summary>LiNeS against a plain restatement: λ = alpha + beta·l/(L − 1) in the layers, alpha elsewhere.</summary>
public class LinesTests
{
    static readonly string[] Names = ["embed.weight", "encoder.block.0.w", "encoder.block.1.w", "encoder.block.2.w", "decoder.block.0.w", "decoder.block.1.layer.7.w", "head.weight"];

    static readonly double[] Depths = [0, 0, 0.5, 1, 0, 1, 0];

    [Fact]
    public void Task_vectors_grow_with_depth_in_each_stack()
    {
        var (basis, models) = (Model(0), new[] { Model(1), Model(2) });
        var got = new ArrayMerge
        {
            Method = "lines",
            Base = basis,
            Models = models,
            PerModel = new() { ["weight"] = [1, 0.5] },
            Parameters = new() { ["alpha"] = 0.2, ["beta"] = 0.6 },
        }.Merge();
        for (var n = 0; n < Names.Length; n++)
        {
            for (var i = 0; i < 11; i++)
            {
                var (b, sum) = (basis[Names[n]].Values[i], 0.0);
                sum += 1.0 * (models[0][Names[n]].Values[i] - b);
                sum += 0.5 * (models[1][Names[n]].Values[i] - b);
                Assert.Equal(b + (0.2 + 0.6 * Depths[n]) * sum, got[Names[n]][i], 1e-6);
            }
        }
    }

    [Fact]
    public void Over_ties_it_is_ties_with_that_factor()
    {
        var (basis, models) = (Model(0), new[] { Model(1), Model(2) });
        var perModel = new Dictionary<string, double[]> { ["weight"] = [1, 1], ["density"] = [0.5, 0.5] };
        var got = new ArrayMerge { Method = "lines", Base = basis, Models = models, PerModel = perModel, Parameters = new() { ["alpha"] = 0.25, ["beta"] = 0.5, ["rule"] = "ties" } }.Merge();
        for (var n = 0; n < Names.Length; n++)
        {
            var ties = new ArrayMerge { Method = "ties", Base = basis, Models = models, PerModel = perModel, Parameters = new() { ["lambda"] = 0.25 + 0.5 * Depths[n], ["normalize"] = false } }.Merge();
            Assert.Equal(ties[Names[n]], got[Names[n]]);
        }
    }

    static Dictionary<string, ArrayTensor> Model(int seed)
    {
        var random = new Random(seed);
        return Names.ToDictionary(n => n, n => new ArrayTensor(n, DType.F32, [11], [.. Enumerable.Range(0, 11).Select(_ => (double)(float)(random.NextDouble() - 0.5))]));
    }
}
