using System.Runtime.InteropServices;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Benchmarks.Merging;

/// <summary>
/// Fine-tunes of one base, made up: normal weights of deviation 0.02, heavy-tailed differences a twentieth of that, a fifth of them zero.
/// The same on every run.
/// </summary>
static class MergeData
{
    const int TableSize = 1 << 20;

    static readonly Lazy<float[]> Weights = new(() => Normal(1, 0.02, 1));
    static readonly Lazy<float[]> Differences = new(() => Normal(2, 0.001, 3));

    /// <summary>Writes one model; number 0 is the base.</summary>
    public static void Write(string path, IReadOnlyList<TensorSpec> tensors, int number)
    {
        using var writer = SafetensorsWriter.Create(path, tensors);
        var jobs = tensors.SelectMany((t, i) => Chunks(t).Select(first => (Tensor: t, Seed: i, First: first))).ToArray();
        Parallel.ForEach(jobs, job =>
        {
            var values = new float[(int)Math.Min(TableSize, job.Tensor.Count - job.First)];
            Fill(values, job.First + 7919L * job.Seed, number);
            var bytes = new byte[values.Length * job.Tensor.DType.Size()];
            Elements.FromSingle(job.Tensor.DType, values, bytes);
            writer.Write(job.Tensor.Name, job.First * job.Tensor.DType.Size(), bytes);
        });
        writer.Commit();
    }

    static IEnumerable<long> Chunks(TensorSpec tensor)
    {
        for (var first = 0L; first < tensor.Count; first += TableSize) yield return first;
    }

    static void Fill(Span<float> values, long position, int number)
    {
        var (weights, differences) = (Weights.Value, Differences.Value);
        // Tables are run through from another place in every stretch, so that no two models and no two stretches share their draws.
        for (var i = 0; i < values.Length; i++)
        {
            var at = position + i;
            var turn = (at >> 20) * 40503;
            values[i] = weights[(at + turn) & (TableSize - 1)];
            if (number > 0) values[i] += differences[(at + turn * 3 + number * 104729L) & (TableSize - 1)];
        }
    }

    static float[] Normal(int seed, double deviation, int power)
    {
        var random = new Random(seed);
        var table = new float[TableSize];
        foreach (ref var value in table.AsSpan())
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            if (power == 3 && random.NextDouble() < 0.2) continue;
            value = (float)(deviation * (power == 1 ? normal : normal * Math.Abs(normal)));
        }
        return table;
    }

    /// <summary>A llama-like model: an embedding and layers of attention and gated MLP.</summary>
    public static IReadOnlyList<TensorSpec> Llama(DType type, int vocabulary, int hidden, int inner, int keys, int layers, bool head)
    {
        var all = new List<TensorSpec> { new("model.embed_tokens.weight", type, [vocabulary, hidden]), new("model.norm.weight", type, [hidden]) };
        if (head) all.Add(new("lm_head.weight", type, [vocabulary, hidden]));
        for (var l = 0; l < layers; l++)
        {
            void Add(string name, params long[] shape) => all.Add(new($"model.layers.{l}.{name}.weight", type, shape));
            Add("self_attn.q_proj", hidden, hidden);
            Add("self_attn.k_proj", keys, hidden);
            Add("self_attn.v_proj", keys, hidden);
            Add("self_attn.o_proj", hidden, hidden);
            Add("mlp.gate_proj", inner, hidden);
            Add("mlp.up_proj", inner, hidden);
            Add("mlp.down_proj", hidden, inner);
            Add("input_layernorm", hidden);
            Add("post_attention_layernorm", hidden);
        }
        return all;
    }
}
