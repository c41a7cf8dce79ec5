using System.Text.Json;
using MergeLab.Checkpoints;

namespace MergeLab.Merging.Tests.Methods;

/// <summary>A recorded run of a reference implementation on a pool of small models.</summary>
sealed class DataFreeGolden
{
    static readonly JsonElement[] Index = [.. File.ReadLines(Repository.Golden("merging", "datafree", "index.jsonl")).Select(l => JsonElement.Parse(l))];

    readonly JsonElement record;

    DataFreeGolden(JsonElement record)
    {
        this.record = record;
        var pool = record.GetProperty("pool").GetString()!;
        Base = ArrayTensor.ReadAll(Repository.Golden("merging", "pools", pool, "base.safetensors"));
        Names = [.. record.GetProperty("models").EnumerateArray().Select(m => m.GetString()!)];
        Models = [.. Names.Select(m => ArrayTensor.ReadAll(Repository.Golden("merging", "pools", pool, m + ".safetensors")))];
    }

    /// <summary>Cases of some methods that the reference carries out.</summary>
    public static IEnumerable<string> Ids(params string[] methods) =>
        Index.Where(r => methods.Contains(r.GetProperty("method").GetString()) && !r.TryGetProperty("reference_raises", out _)).Select(r => r.GetProperty("id").GetString()!);

    /// <summary>Cases of some methods that the reference refuses.</summary>
    public static IEnumerable<string> Raising(params string[] methods) =>
        Index.Where(r => methods.Contains(r.GetProperty("method").GetString()) && r.TryGetProperty("reference_raises", out _)).Select(r => r.GetProperty("id").GetString()!);

    public static DataFreeGolden Open(string id) => new(Index.Single(r => r.GetProperty("id").GetString() == id));

    public string Id => record.GetProperty("id").GetString()!;
    public string Method => record.GetProperty("method").GetString()!;
    public string[] Names { get; }
    public Dictionary<string, ArrayTensor> Base { get; set; }
    public Dictionary<string, ArrayTensor>[] Models { get; set; }
    public JsonElement Parameters => record.GetProperty("params");
    public JsonElement Extra => record.GetProperty("extra");
    public bool StoredDouble => record.GetProperty("stored").GetString() == "f64";
    public double Deviation => record.TryGetProperty("deviation_f32_from_f64", out var deviation) ? deviation.GetProperty("rel_to_tensor_max").GetDouble() : 0;

    public double Number(string name) => Parameters.GetProperty(name).GetDouble();

    public bool Has(string name) => Parameters.TryGetProperty(name, out _);

    public string[] Words(string name) => Has(name) ? [.. Parameters.GetProperty(name).EnumerateArray().Select(w => w.GetString()!)] : [];

    public Dictionary<string, ArrayTensor> Results => ArrayTensor.ReadAll(Repository.Golden("merging", "datafree", record.GetProperty("file").GetString()!));

    public Dictionary<string, ArrayTensor> Masks => ArrayTensor.ReadAll(Repository.Golden("merging", "datafree", record.GetProperty("masks").GetString()!));

    /// <summary>Leaves tensors out of the merge.</summary>
    public void Remove(Func<string, bool> which)
    {
        foreach (var model in Models.Append(Base))
            foreach (var name in model.Keys.Where(which).ToList()) model.Remove(name);
    }

    /// <summary>The models as float64, as the recorded float64 runs took them.</summary>
    public void Widen()
    {
        Base = Base.ToDictionary(p => p.Key, p => p.Value.AsDouble());
        Models = [.. Models.Select(m => m.ToDictionary(p => p.Key, p => p.Value.AsDouble()))];
    }
}
