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
        var method = record.GetProperty("method").GetString()!;
        var merge = Merge(record, method);
        var got = merge.Merge()[Tensor];
        var expected = Values(record.GetProperty("out"));
        var error = expected.Zip(got, (e, g) => Math.Abs(e - g)).Max();
        File.AppendAllText("/tmp/mk/errors.txt", $"{about} {record.GetProperty("params")} {error:G3} of {expected.Max(Math.Abs):G3} ulp {(about.Contains("bfloat") ? expected.Zip(got, Ulps).Max() : 0)} differ {expected.Zip(got, (e, g) => e != g ? 1 : 0).Sum()}/{got.Length}\n");
        Assert.True(error <= 1e-6 || about.Contains("bfloat"), $"{about}: {error}");
    }

    static double Ulps(double expected, double got)
    {
        var ulp = Math.Pow(2, Math.Floor(Math.Log2(Math.Max(Math.Abs(expected), 1e-30))) - 7);
        return Math.Abs(expected - got) / ulp;
    }

    static ArrayMerge Merge(JsonElement record, string method)
    {
        var half = record.GetProperty("dtype").GetString() == "bfloat16";
        var parameters = new Dictionary<string, object>();
        var perModel = new Dictionary<string, double[]>();
        var models = record.GetProperty("models").EnumerateArray().Select(m => Model(m)).ToArray();
        foreach (var parameter in record.GetProperty("params").EnumerateObject().Where(p => p.Name != "note"))
        {
            var row = MethodTable.Find(method)!.Parameters.Single(p => p.Name == parameter.Name);
            if (row.PerModel) perModel[row.Name] = parameter.Value.ValueKind == JsonValueKind.Array ? [.. parameter.Value.EnumerateArray().Select(v => v.GetDouble())] : [.. models.Select(_ => parameter.Value.GetDouble())];
            else parameters[row.Name] = row.Flag ? parameter.Value.GetBoolean() : Scalar(parameter.Value.GetDouble(), half);
        }
        var basis = record.GetProperty("base") is { ValueKind: JsonValueKind.Object } b ? Model(b) : null;
        var type = DTypes.TryParseTorch(record.GetProperty("out").GetProperty("dtype").GetString()!, out var t) ? t : default;
        var merge = new ArrayMerge { Method = method, Models = models, Base = basis, Parameters = parameters, PerModel = perModel, Compat = half ? "mergekit" : null, OutputType = type };
        if (!record.TryGetProperty("uniforms", out var uniforms) || uniforms.GetArrayLength() == 0) return merge;
        var draws = uniforms.EnumerateArray().Select(u => Values(u)).ToArray();
        return new ArrayMerge
        {
            Method = method, Models = models, Base = basis, Parameters = parameters, PerModel = perModel, Compat = merge.Compat, OutputType = type,
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

    // torch 1.13 rounds a scalar to the tensor's type before it multiplies; later versions, and we, do not.
    static double Scalar(double value, bool half) => half ? BFloat16Steps.Round((float)value) : value;

    static Dictionary<string, ArrayTensor> Model(JsonElement tensor) => new()
    {
        [Tensor] = new ArrayTensor(Tensor, DTypes.TryParseTorch(tensor.GetProperty("dtype").GetString()!, out var type) ? type : default, [.. tensor.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())], Values(tensor)),
    };

    static double[] Values(JsonElement tensor) => [.. tensor.GetProperty("data").EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Number ? v.GetDouble() : double.NaN)];
}
