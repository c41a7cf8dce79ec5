using System.Runtime.InteropServices;
using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Models.Common;

namespace MergeLab.Pipeline.Tests.Models;

/// <summary>One model of tests/goldens/models: its checkpoint, and what the reference computed.</summary>
sealed class ModelGolden : IDisposable
{
    readonly SafetensorsFile tensors;
    readonly JsonDocument document;

    public ModelGolden(string name)
    {
        Checkpoint = Repository.Golden("models", name, "hf");
        tensors = SafetensorsFile.Open(Repository.Golden("models", name, "golden.safetensors"));
        document = JsonDocument.Parse(File.ReadAllText(Repository.Golden("models", name, "golden.json")));
    }

    public string Checkpoint { get; }

    public JsonElement Root => document.RootElement;

    public JsonElement Case(string name) => Root.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);

    public float[] Values(string key) => MemoryMarshal.Cast<byte, float>(tensors.Bytes(tensors.Find(key)!)).ToArray();

    /// <summary>Every case of the given kinds in the models whose name starts with <paramref name="family"/>.</summary>
    public static TheoryData<string, string> Cases(string family, params string[] kinds)
    {
        var data = new TheoryData<string, string>();
        foreach (var folder in Directory.EnumerateDirectories(Repository.Golden("models"), family + "*").Order(StringComparer.Ordinal))
        {
            if (!Directory.Exists(Path.Combine(folder, "hf"))) continue;
            using var golden = new ModelGolden(Path.GetFileName(folder));
            foreach (var one in golden.Root.GetProperty("cases").EnumerateArray())
                if (kinds.Contains(one.GetProperty("kind").GetString())) data.Add(Path.GetFileName(folder), one.GetProperty("name").GetString()!);
        }
        return data;
    }

    /// <summary>A two-dimensional input of a case, in the current dispose scope; null where the case has none.</summary>
    public static Tensor? Ids(JsonElement inputs, string name)
    {
        if (!inputs.TryGetProperty(name, out var rows)) return null;
        var values = rows.EnumerateArray().SelectMany(r => r.EnumerateArray().Select(v => v.GetInt64())).ToArray();
        return tensor(values, [rows.GetArrayLength(), rows[0].GetArrayLength()]);
    }

    public static Seq2SeqBatch Batch(JsonElement inputs) =>
        new(Ids(inputs, "input_ids")!, Ids(inputs, "attention_mask"), Ids(inputs, "labels"), Ids(inputs, "decoder_input_ids"), Ids(inputs, "decoder_attention_mask"));

    /// <summary>
    /// Fails where an output is farther from the reference than the tolerance recorded with it: 20 times the reference's own float32 error,
    /// at least 1e-6 of the scale, since another summation order is expected within a few times that error.
    /// </summary>
    public void Compare(JsonElement one, string name, Tensor found, double least = 0)
    {
        var output = one.GetProperty("outputs").GetProperty(name);
        var tolerance = Math.Max(least, output.GetProperty("tolerance").GetDouble());
        var expected = Values(output.GetProperty("tensor").GetString()!);
        Assert.Equal(output.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()), found.shape);
        using var detached = found.detach().to(ScalarType.Float32);
        var ours = detached.data<float>().ToArray();
        var where = output.TryGetProperty("compare_where", out var mask) ? one.GetProperty("inputs").GetProperty(mask.GetString()!) : (JsonElement?)null;
        long[]? seen = where?.EnumerateArray().SelectMany(r => r.EnumerateArray().Select(v => v.GetInt64())).ToArray();
        var worst = 0.0;
        for (var i = 0; i < ours.Length; i++)
        {
            if (seen is not null && seen[i / (ours.Length / seen.Length)] == 0) continue;
            var error = Math.Abs((double)ours[i] - expected[i]);
            worst = error <= worst ? worst : error; // NaN stays
        }
        Assert.True(worst <= tolerance, $"{name}: off by {worst}, allowed {tolerance}");
    }

    public void Dispose()
    {
        tensors.Dispose();
        document.Dispose();
    }
}
