using System.Globalization;
using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Median;

namespace MergeLab.Merging.Tests.Merging;

/// <summary>The median of LoRA task vectors, from factors alone, against solutions to 100 digits (asked: coefficients to 1e-12).</summary>
public class LowRankMedianTests
{
    static IEnumerable<JsonElement> Records => File.ReadLines(Repository.Golden("median", "lora.jsonl")).Select(l => JsonElement.Parse(l));

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var record in Records)
                foreach (var form in new[] { "scaled", "unscaled" }) cases.Add(record.GetProperty("id").GetString()!, form);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Coefficients_of_each_matrix_and_of_the_whole_model_are_exact(string id, string form)
    {
        var record = Records.Single(r => r.GetProperty("id").GetString() == id);
        var n = record.GetProperty("n").GetInt32();
        double[] scales = form == "unscaled" ? [.. Enumerable.Repeat(1.0, n)] : [.. record.GetProperty("scales").EnumerateArray().Select(e => e.GetDouble())];
        var shapes = record.GetProperty("modules").EnumerateArray().Select(s => (Rows: s[0].GetInt32(), Columns: s[1].GetInt32())).ToArray();
        using var file = SafetensorsFile.Open(Repository.Golden("median", "lora", id + ".safetensors"));

        var whole = new double[n, n];
        for (var m = 0; m < shapes.Length; m++)
        {
            var vectors = Enumerable.Range(0, n).Select(i => Factors(file, i, m, (float)scales[i])).ToArray();
            var gram = LowRankGram.Of(vectors, shapes[m].Rows, shapes[m].Columns, threads: 2);
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++) whole[i, j] += gram[i, j];
            Check(record.GetProperty(form).GetProperty("modules")[m], gram);
        }
        Check(record.GetProperty(form).GetProperty("global"), whole);
    }

    [Fact]
    public void The_gram_matrix_is_the_same_to_the_bit_for_any_number_of_threads()
    {
        using var file = SafetensorsFile.Open(Repository.Golden("median", "lora", "lora-6.safetensors"));
        var vectors = Enumerable.Range(0, 6).Select(i => Factors(file, i, 1, 2)).ToArray();
        var one = LowRankGram.Of(vectors, 24, 17, threads: 1);
        foreach (var threads in new[] { 2, 3, 8 }) Assert.Equal(one, LowRankGram.Of(vectors, 24, 17, threads));
    }

    static LowRankFactors? Factors(SafetensorsFile file, int adapter, int module, double scale)
    {
        if (file.Find($"adapter{adapter}.module{module}.lora_A") is null) return null;
        var a = MedianGolden.Matrix(file, $"adapter{adapter}.module{module}.lora_A");
        var b = MedianGolden.Matrix(file, $"adapter{adapter}.module{module}.lora_B");
        var transposed = Enumerable.Range(0, a.Length).SelectMany(r => b.Select(row => row[r])).ToArray();
        return new LowRankFactors([.. a.SelectMany(r => r)], transposed, a.Length, scale);
    }

    static void Check(JsonElement expected, double[,] gram)
    {
        var weights = Enumerable.Repeat(1.0, gram.GetLength(0)).ToArray();
        var solution = GeometricMedian.Solve(CoordinatesFromGram.Of(gram, weights), weights);
        Assert.Equal(expected.GetProperty("solution").GetString(), solution.Kind.ToString().ToLowerInvariant());
        var objective = double.Parse(expected.GetProperty("objective").GetString()!, CultureInfo.InvariantCulture);
        Assert.Equal(objective, solution.Objective, 1e-12 * objective);
        if (expected.TryGetProperty("vertex_indices", out var indices)) Assert.Equal(indices.EnumerateArray().Select(e => e.GetInt32()), solution.Indices);
        if (!expected.TryGetProperty("coefficients", out var coefficients)) return;
        foreach (var (wanted, found) in coefficients.EnumerateArray().Select(MedianGolden.Number).Zip(solution.Coefficients)) Assert.Equal(wanted, found, 1e-12);
    }
}
