using MergeLab.Checkpoints;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.Tests.Methods;

/// <summary>TIES with one cut for the whole model, against a plain restatement on values with many ties.</summary>
public class WholeModelTrimTests
{
    static readonly (string Name, int Count)[] Tensors = [("b", 30), ("a", 50), ("C", 20)];

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.37)]
    [InlineData(0.004)]
    [InlineData(1.0)]
    public void Tensors_compete_and_of_equal_magnitudes_the_first_by_name_and_index_stay(double density)
    {
        var (basis, models) = (Model(0), new[] { Model(1), Model(2), Model(3) });
        var got = Merge(basis, models, density).Merge();
        var expected = Restated(basis, models, density);
        foreach (var (name, _) in Tensors) Assert.Equal(expected[name], got[name]);
    }

    [Fact]
    public void A_density_that_differs_between_tensors_is_refused_with_the_way_out()
    {
        var merge = new ArrayMerge
        {
            Method = "ties",
            Base = Model(0),
            Models = [Model(1), Model(2)],
            Parameters = new() { ["granularity"] = "model" },
            PerModel = new() { ["weight"] = [1, 1], ["density"] = [0.5, 0.5] },
            Override = (tensor, name, _) => name == "density" && tensor == "a" ? 0.3 : null,
        };
        Assert.Contains("granularity: tensor", Assert.Throws<ProblemException>(() => merge.Merge()).Message, StringComparison.Ordinal);
    }

    static ArrayMerge Merge(Dictionary<string, ArrayTensor> basis, Dictionary<string, ArrayTensor>[] models, double density) => new()
    {
        Method = "ties",
        Base = basis,
        Models = models,
        Parameters = new() { ["granularity"] = "model", ["normalize"] = false },
        PerModel = new() { ["weight"] = [1, 1, 1], ["density"] = [density, density, density] },
    };

    static Dictionary<string, double[]> Restated(Dictionary<string, ArrayTensor> basis, Dictionary<string, ArrayTensor>[] models, double density)
    {
        var names = Tensors.Select(t => t.Name).Order(StringComparer.Ordinal).ToArray();
        var flat = names.SelectMany(n => basis[n].Values).ToArray();
        var kept = Math.Max(1, (int)(density * flat.Length));
        var rows = models.Select(m =>
        {
            var delta = names.SelectMany(n => m[n].Values).Zip(flat, (x, b) => x - b).ToArray();
            var stay = Enumerable.Range(0, delta.Length).OrderByDescending(i => Math.Abs(delta[i])).ThenBy(i => i).Take(kept).ToHashSet();
            return delta.Select((d, i) => stay.Contains(i) ? d : 0).ToArray();
        }).ToArray();
        var merged = flat.Select((b, i) =>
        {
            var up = rows.Sum(r => r[i]) >= 0;
            return b + rows.Sum(r => up == r[i] > 0 ? r[i] : 0);
        }).ToArray();
        var result = new Dictionary<string, double[]>();
        foreach (var name in names) (result[name], merged) = (merged[..basis[name].Values.Length], merged[basis[name].Values.Length..]);
        return result;
    }

    /// <summary>Sixteenths, so that sums are exact and magnitudes often equal.</summary>
    static Dictionary<string, ArrayTensor> Model(int seed)
    {
        var random = new Random(seed);
        return Tensors.ToDictionary(t => t.Name, t => new ArrayTensor(t.Name, DType.F32, [t.Count], [.. Enumerable.Range(0, t.Count).Select(_ => random.Next(-16, 17) / 16.0)]));
    }
}
