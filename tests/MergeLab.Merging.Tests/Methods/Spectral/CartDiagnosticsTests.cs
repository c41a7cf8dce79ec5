using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Merging.Methods.Spectral;

namespace MergeLab.Merging.Tests.Methods.Spectral;

/// <summary>CART's residuals, measures and rank counts against the authors' functions and the recorded tables.</summary>
public class CartDiagnosticsTests
{
    const double Share = 1e-10;

    public static TheoryData<string> Residuals => MergingGolden.Cases("datafree", "cart_residuals");

    [Theory]
    [MemberData(nameof(Residuals))]
    public void Truncated_residuals_are_the_authors(string id)
    {
        var record = MergingGolden.Record("datafree", id);
        var parameters = record.GetProperty("params");
        var pool = record.GetProperty("pool").GetString()!;
        using var basis = Checkpoint.Open(Repository.Golden("merging", "pools", pool, "base.safetensors"));
        var models = record.GetProperty("models").EnumerateArray().Select(m => Checkpoint.Open(Repository.Golden("merging", "pools", pool, m.GetString() + ".safetensors"))).ToList();
        var kept = record.GetProperty("extra").GetProperty("kept_singular_values");
        bool Flag(string name) => parameters.TryGetProperty(name, out var flag) && flag.GetBoolean();
        double? Number(string name) => parameters.TryGetProperty(name, out var value) ? value.GetDouble() : null;
        var share = Number("initial_rank_ratio") ?? 1;
        var choice = new ResidualChoice(share, Flag("energy_threshold") ? share : null,
            Flag("discrete_rank") ? [.. parameters.GetProperty("rank_list").EnumerateArray().Select(i => i.GetInt32())] : null, Number("specific_singular_val"));
        double[]? shares = parameters.TryGetProperty("scalar_expansion_list", out var list) ? [.. list.EnumerateArray().Select(w => w.GetDouble())] : null;
        var expected = MergingGolden.Tensors("datafree", id + ".safetensors").Where(t => !t.Key.StartsWith("average/", StringComparison.Ordinal)).ToDictionary();
        var found = new Dictionary<string, double[]>();
        foreach (var name in expected.Keys.Select(k => k[(k.IndexOf('/', StringComparison.Ordinal) + 1)..]).Distinct())
        {
            // Not centred, the code truncates task vectors.
            var centred = !Flag("no_move");
            var before = MergingGolden.Values(basis.Reader(name));
            var weights = models.Select(m => MergingGolden.Values(m.Reader(name)).Select((w, e) => centred ? w : w - before[e]).ToArray()).ToList();
            var isMatrix = kept.TryGetProperty("m0/" + name, out _);
            var shape = basis.Find(name)!.Shape;
            var residuals = CartResiduals.Of(weights, (int)shape[0], weights[0].Length / (int)shape[0], isMatrix ? choice : new ResidualChoice(), centred, shares);
            for (var i = 0; i < residuals.Length; i++) found[$"m{i}/{name}"] = residuals[i];
        }
        models.ForEach(m => m.Dispose());
        MergingGolden.Close(expected, name => found[name], Share);
    }

    public static TheoryData<string, SpectrumScale> Measures
    {
        get
        {
            var data = new TheoryData<string, SpectrumScale>();
            foreach (var file in Directory.EnumerateFiles(Repository.Golden("merging", "tables"), "cart_measures*.json").Order(StringComparer.Ordinal))
                foreach (var scale in Enum.GetValues<SpectrumScale>()) data.Add(Path.GetFileNameWithoutExtension(file), scale);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Measures))]
    public void Reconstruction_and_interference_are_the_recorded_ones(string table, SpectrumScale scale)
    {
        var record = JsonElement.Parse(File.ReadAllText(Repository.Golden("merging", "tables", table + ".json")));
        var shape = record.GetProperty("input").GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()).ToArray();
        var thetas = MergingGolden.Tensors("tables", table + ".safetensors");
        var measures = CartMeasures.Of([.. Enumerable.Range(0, thetas.Count).Select(i => thetas[$"theta{i}"])], shape[0], shape[1], scale);
        var rows = record.GetProperty("result").GetProperty("rows");
        Assert.Equal(rows.GetArrayLength(), measures.Count);
        var most = rows[0].GetProperty("R").GetDouble();
        foreach (var measure in measures)
        {
            var row = rows[measure.K];
            var interference = row.GetProperty(scale switch { SpectrumScale.Sum => "I_sum", SpectrumScale.First => "I_first", _ => "I_unit_frobenius" }).GetDouble();
            Assert.Equal(row.GetProperty("R").GetDouble(), measure.Reconstruction, Share * most);
            Assert.Equal(interference, measure.Interference, Share * Math.Max(1, interference));
        }
    }

    [Fact]
    public void Ranks_are_the_recorded_ones_but_for_products_that_doubles_cut_off_wrongly()
    {
        var rows = JsonElement.Parse(File.ReadAllText(Repository.Golden("merging", "tables", "ranks.json"))).GetProperty("result").EnumerateArray().ToList();
        Assert.NotEmpty(rows);
        foreach (var row in rows)
        {
            var (ratio, dim) = (row.GetProperty("ratio").GetDouble(), row.GetProperty("dim").GetInt64());
            // The table says of ratio 0 what the code counts before it zeroes the matrix.
            var exact = row.GetProperty("zeroed").GetBoolean() ? 0 : ratio >= 1 ? dim : Math.Max(1, (long)((decimal)ratio * dim));
            Assert.Equal(exact, RankShare.Kept(ratio, dim));
            if (exact > 0) Assert.InRange(exact - row.GetProperty("cart_kept").GetInt64(), 0, (decimal)ratio * dim % 1 == 0 ? 1 : 0);
            Assert.InRange(row.GetProperty("core_space_ceil").GetInt64() - RankShare.Ceiling(ratio, dim), 0, (decimal)ratio * dim % 1 == 0 ? 1 : 0);
        }
        Assert.Equal(29, RankShare.Floor(0.29, 100));
    }
}
