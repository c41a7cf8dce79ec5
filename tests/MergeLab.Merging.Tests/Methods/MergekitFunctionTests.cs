using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Methods.Rounding;
using MergeLab.Merging.Methods.Sparse;

namespace MergeLab.Merging.Tests.Methods;

/// <summary>Recorded calls of mergekit's merge functions (0.1.4, torch 1.13) on single tensors.</summary>
public class MergekitFunctionTests
{
    const string Tensor = "model.layers.0.weight";

    static readonly JsonElement[] Cases = [.. JsonElement.Parse(File.ReadAllText(Repository.Golden("mergekit-functions.json"))).GetProperty("cases").EnumerateArray()];

    public static TheoryData<int, string> All
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (var i = 0; i < Cases.Length; i++) data.Add(i, Cases[i].GetProperty("method").GetString() + " " + Cases[i].GetProperty("dtype").GetString());
            return data;
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Mergekit_users_get_its_numbers(int index, string about)
    {
        var record = Cases[index];
        var got = Merge(record, "mergekit").Merge()[Tensor];
        var expected = TrimmedWhole(record) ? Breadcrumbs(record) : Values(record.GetProperty("out"));
        var settled = Settled(record);
        if (OnlyRounds(record)) return;
        for (var i = 0; i < expected.Length; i++)
        {
            if (!settled[i]) continue;
            var error = Math.Abs(expected[i] - got[i]);
            Assert.True(error <= Tolerance(record, expected[i], Scale(record, i)), $"{about}: element {i} is {got[i]:R}, not {expected[i]:R}");
        }
    }

    // Lengths, cosines and angles are rounded to 8 bits in 0.1.4 and enter every element; here they are exact.
    static bool OnlyRounds(JsonElement record) => IsHalf(record) && record.GetProperty("method").GetString() is "nuslerp" or "model_stock";

    [Theory, MemberData(nameof(All))]
    public void Where_mergekit_rounds_lengths_and_angles_to_8_bits_only_its_rounding_is_missing(int index, string about)
    {
        var record = Cases[index];
        if (!OnlyRounds(record)) return;
        var got = Merge(record, "mergekit").Merge()[Tensor];
        var exact = Merge(record, null, DType.F64).Merge()[Tensor];
        var recorded = Values(record.GetProperty("out"));
        for (var i = 0; i < got.Length; i++)
            Assert.True(Math.Abs(got[i] - exact[i]) <= 0.501 * Ulp(exact[i]), $"{about}: element {i} is {got[i]:R}, not {exact[i]:R} rounded");
        // What mergekit's rounding adds is small against the tensor.
        var (distance, length) = (Math.Sqrt(recorded.Zip(exact, (r, x) => (r - x) * (r - x)).Sum()), Math.Sqrt(exact.Sum(x => x * x)));
        Assert.True(distance <= 0.02 * length, $"{about}: mergekit is {distance / length:P} away");
    }

    /// <summary>Without compat, 32 bits: the same numbers, but where mergekit gives up its own method.</summary>
    [Theory, MemberData(nameof(All))]
    public void So_do_all_others_in_32_bits(int index, string about)
    {
        var record = Cases[index];
        if (IsHalf(record)) return;
        var got = Merge(record, null).Merge()[Tensor];
        var expected = TrimmedWhole(record) ? Breadcrumbs(record) : Values(record.GetProperty("out"));
        var uniform = record.GetProperty("params").TryGetProperty("note", out var note) && note.GetString()!.StartsWith("tiny deltas", StringComparison.Ordinal);
        Assert.True(expected.Zip(got, (e, g) => Math.Abs(e - g)).Max() <= (uniform ? 1e-4 : 1e-6), about);
    }

    static double Tolerance(JsonElement record, double expected, double scale)
    {
        if (!IsHalf(record)) return 1e-6;
        return record.GetProperty("method").GetString() switch
        {
            "task_arithmetic" or "dare_linear" or "dare_ties" or "della" or "della_linear" or "ram" or "nearswap" or "passthrough" or "slerp" => 0,
            // Written as float32 there.
            "ramplus_tl" => Ulp(scale) / 2,
            // 0.1.4 rounds weights and every step, 0.1.5 and we once.
            "linear" => 2 * Ulp(scale),
            // Products of close bfloat16 directions are all 1 there.
            "karcher" => 2e-2,
            _ => Ulp(Math.Max(Math.Abs(expected), scale)),
        };
    }

    static double Ulp(double value) => Math.Pow(2, Math.Floor(Math.Log2(Math.Abs(value))) - 7);

    static double Scale(JsonElement record, int element) => record.GetProperty("models").EnumerateArray().Max(m => Math.Abs(m.GetProperty("data")[element].GetDouble()));

    static bool IsHalf(JsonElement record) => record.GetProperty("dtype").GetString() == "bfloat16";

    /// <summary>Whether the number of outliers rounds down to none: 0.1.4 then erases the whole task vector; 0.1.5 and we trim.</summary>
    static bool TrimmedWhole(JsonElement record) =>
        record.GetProperty("params").TryGetProperty("gamma", out var gamma) && (long)(gamma.GetDouble() * Values(record.GetProperty("out")).Length) == 0;

    /// <summary>Base + Σ w·(the largest of each task vector), restated.</summary>
    static double[] Breadcrumbs(JsonElement record)
    {
        var basis = Values(record.GetProperty("base"));
        var result = basis.ToArray();
        var weights = record.GetProperty("params").GetProperty("weight").EnumerateArray().Select(w => w.GetDouble()).ToArray();
        var kept = (int)(record.GetProperty("params").GetProperty("density").GetDouble() * basis.Length);
        foreach (var (model, weight) in record.GetProperty("models").EnumerateArray().Zip(weights))
        {
            var delta = Values(model).Zip(basis, (x, b) => x - b).ToArray();
            foreach (var i in Enumerable.Range(0, delta.Length).OrderByDescending(i => Math.Abs(delta[i])).Take(kept)) result[i] += weight * delta[i];
        }
        return result;
    }

    /// <summary>
    /// False where mergekit's unstable sort decides: elements whose magnitude equals another's on the other side of a cut.
    /// </summary>
    static bool[] Settled(JsonElement record)
    {
        var count = Values(record.GetProperty("out")).Length;
        var settled = Enumerable.Repeat(true, count).ToArray();
        var method = record.GetProperty("method").GetString()!;
        if (method != "ties" && !method.StartsWith("breadcrumbs", StringComparison.Ordinal)) return settled;
        var parameters = record.GetProperty("params");
        var kept = (int)(parameters.GetProperty("density").GetDouble() * count);
        var outliers = parameters.TryGetProperty("gamma", out var gamma) ? (int)(gamma.GetDouble() * count) : 0;
        var basis = Values(record.GetProperty("base"));
        foreach (var model in record.GetProperty("models").EnumerateArray())
        {
            var magnitudes = Values(model).Zip(basis, (x, b) => Math.Abs(IsHalf(record) ? BFloat16Steps.Round((float)(x - b)) : (float)x - (float)b)).ToArray();
            var sorted = magnitudes.OrderDescending().ToArray();
            foreach (var cut in new[] { outliers, outliers + kept }.Where(c => c > 0 && c < count && sorted[c - 1] == sorted[c]))
                for (var i = 0; i < count; i++) settled[i] &= magnitudes[i] != sorted[cut];
        }
        return settled;
    }

    static ArrayMerge Merge(JsonElement record, string? compat, DType? output = null)
    {
        var (method, half) = (record.GetProperty("method").GetString()!, IsHalf(record));
        var parameters = new Dictionary<string, object>();
        var perModel = new Dictionary<string, double[]>();
        var models = record.GetProperty("models").EnumerateArray().Select(m => Model(m)).ToArray();
        foreach (var parameter in record.GetProperty("params").EnumerateObject().Where(p => p.Name != "note"))
        {
            var row = MethodTable.Find(method)!.Parameters.Single(p => p.Name == parameter.Name);
            // torch 1.13 rounds a scalar to the tensor's type before it multiplies; later versions, and we, do not.
            var rounded = half && (row.Name is "lambda" or "scale" || (row.Name, method) is ("t", "nearswap"));
            double Number(JsonElement value) => rounded ? BFloat16Steps.Round((float)value.GetDouble()) : value.GetDouble();
            if (row.PerModel) perModel[row.Name] = parameter.Value.ValueKind == JsonValueKind.Array ? [.. parameter.Value.EnumerateArray().Select(Number)] : [.. models.Select(_ => Number(parameter.Value))];
            else parameters[row.Name] = row.Flag ? parameter.Value.GetBoolean() : Number(parameter.Value);
        }
        var basis = record.GetProperty("base") is { ValueKind: JsonValueKind.Object } b ? Model(b) : null;
        var type = output ?? (DTypes.TryParseTorch(record.GetProperty("out").GetProperty("dtype").GetString()!, out var t) ? t : default);
        var merge = new ArrayMerge { Method = method, Models = models, Base = basis, Parameters = parameters, PerModel = perModel, Compat = compat, OutputType = type };
        if (!record.TryGetProperty("uniforms", out var uniforms) || uniforms.GetArrayLength() == 0) return merge;
        var draws = uniforms.EnumerateArray().Select(u => Values(u)).ToArray();
        return new ArrayMerge
        {
            Method = method, Models = models, Base = basis, Parameters = parameters, PerModel = perModel, Compat = compat, OutputType = type,
            Masks = new GivenMasks((_, model) => Keeps(method, merge, perModel, model[^1] - '0', draws)),
        };
    }

    static bool[] Keeps(string method, ArrayMerge merge, Dictionary<string, double[]> perModel, int model, double[][] draws)
    {
        var density = perModel["density"][model];
        if (method.StartsWith("dare", StringComparison.Ordinal)) return [.. draws[model].Select(d => d < density)];
        var run = merge.Plan();
        var mask = RankedDraws.Mask<float>(run.Tensors[0], run.Tensors[0].Models[model], run, density, perModel["epsilon"][model], i => (float)draws[model][i]);
        return [.. draws[model].Select((_, i) => mask.Keeps(i))];
    }

    static Dictionary<string, ArrayTensor> Model(JsonElement tensor) => new()
    {
        [Tensor] = new ArrayTensor(Tensor, DTypes.TryParseTorch(tensor.GetProperty("dtype").GetString()!, out var type) ? type : default, [.. tensor.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())], Values(tensor)),
    };

    static double[] Values(JsonElement tensor) => [.. tensor.GetProperty("data").EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Number ? v.GetDouble() : double.NaN)];
}
