using MergeLab.Checkpoints;
using MergeLab.Merging.Methods;

namespace MergeLab.Merging.Tests.Methods;

/// <summary>The bytes of a merge do not depend on how many threads made them, for tensors of more than one chunk and odd sizes.</summary>
public class ThreadTests
{
    const int Rows = 271;
    const int Columns = 1031; // 279,401 elements: two chunks, the last one short, blocks that end within rows

    static readonly DType[] Types = [DType.F32, DType.BF16];

    static readonly string[] Tested =
    [
        "average", "linear", "passthrough", "nearswap", "magmax", "ram", "ramplus_tl", "task_arithmetic", "ties", "dare_linear", "dare_ties", "breadcrumbs", "breadcrumbs_ties",
        "della", "della_linear", "lines", "slerp", "nuslerp", "multislerp", "karcher", "model_stock", "sce", "arcee_fusion", "emr",
    ];

    public static TheoryData<string> Methods => [.. Tested];

    [Theory, MemberData(nameof(Methods))]
    public void One_two_and_seven_threads_write_the_same_bytes(string method)
    {
        foreach (var type in Types)
        {
            var whole = Run(method, type, 1).Bytes["layers.0.weight"];
            Assert.Equal(whole, Run(method, type, 2).Bytes["layers.0.weight"]);
            Assert.Equal(whole, Run(method, type, 7).Bytes["layers.0.weight"]);
        }
    }

    [Fact]
    public void Trimming_the_whole_model_writes_the_same_bytes()
    {
        var parameters = new Dictionary<string, object> { ["granularity"] = "model" };
        Assert.Equal(Run("ties", DType.BF16, 1, parameters).Bytes["layers.0.weight"], Run("ties", DType.BF16, 7, parameters).Bytes["layers.0.weight"]);
    }

    static ArrayMerge Run(string method, DType type, int threads, Dictionary<string, object>? parameters = null)
    {
        var row = MethodTable.Find(method)!;
        var models = Math.Min(row.MostModels, 3);
        parameters ??= [];
        if (method is "slerp" or "nearswap") parameters["t"] = method == "slerp" ? 0.4 : 0.01;
        if (method is "lines") (parameters["alpha"], parameters["beta"], parameters["rule"]) = (0.3, 0.5, "ties");
        if (method is "emr") parameters["task"] = 2.0;
        if (method is "sce") parameters["select_topk"] = 0.4;
        if (method is "model_stock") parameters["filter_wise"] = true;
        if (method is "nuslerp") (parameters["nuslerp_flatten"], parameters["nuslerp_row_wise"]) = (false, true);
        var perModel = row.Parameters.Where(p => p.PerModel).ToDictionary(p => p.Name, p => Enumerable.Range(0, models).Select(i => p.Name is "weight" ? 0.5 + 0.1 * i : p.Name is "density" ? 0.4 : 0.1).ToArray());
        var merge = new ArrayMerge
        {
            Method = method, Threads = threads, Seed = 3, Parameters = parameters, PerModel = perModel,
            Base = row.Base == BaseUse.Refused || method == "linear" ? null : Model(0, type),
            Models = [.. Enumerable.Range(1, models).Select(i => Model(i, type))],
        };
        merge.Merge();
        return merge;
    }

    static Dictionary<string, ArrayTensor> Model(int seed, DType type) => new()
    {
        ["layers.0.weight"] = new ArrayTensor("layers.0.weight", type, [Rows, Columns], Values(seed)),
        ["norm.weight"] = new ArrayTensor("norm.weight", type, [5], Values(seed)[..5]),
    };

    static readonly Dictionary<int, double[]> Made = [];

    /// <summary>A common part and a smaller part of its own, on a grid that bfloat16 holds, so that equal magnitudes are common.</summary>
    static double[] Values(int seed)
    {
        lock (Made)
        {
            if (Made.TryGetValue(seed, out var known)) return known;
            var (common, own) = (new Random(100), new Random(seed));
            var values = new double[Rows * Columns];
            for (var i = 0; i < values.Length; i++) values[i] = Math.Round((common.NextDouble() - 0.5) * 64) / 64 + (seed == 0 ? 0 : Math.Round((own.NextDouble() - 0.5) * 16) / 128);
            return Made[seed] = values;
        }
    }
}
