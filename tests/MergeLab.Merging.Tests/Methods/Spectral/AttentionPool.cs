using System.Runtime.InteropServices;
using MergeLab.Checkpoints;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods;

namespace MergeLab.Merging.Tests.Methods.Spectral;

/// <summary>Three models with one attention, stored as one matrix or as three of the same rows.</summary>
sealed class AttentionPool
{
    public static readonly string[] Fused = ["attn.in_proj_weight"];
    public static readonly string[] Separate = ["attn.q_proj.weight", "attn.k_proj.weight", "attn.v_proj.weight"];

    const int Side = 6;
    readonly double[][] models = [.. Enumerable.Range(0, 4).Select(m => Enumerable.Range(0, 3 * Side * Side).Select(e => Math.Sin(1 + m * 977 + e * 1.7) + (m == 0 ? 0 : 0.3 * Math.Cos(e * m))).ToArray())];

    public Dictionary<string, double[]> Merge(string[] names, Dictionary<string, object> settings)
    {
        var row = MethodTable.Find("cart")!;
        var rows = 3 * Side / names.Length;
        var run = new MergeRun
        {
            Models = ["a", "b", "c"],
            Threads = 2,
            Tensors =
            [
                .. names.Select((name, part) => new TensorMerge
                {
                    Output = new TensorSpec(name, DType.F64, [rows, Side]),
                    Compute = DType.F64,
                    Settings = MergingGolden.Settings(row, settings),
                    Base = Input(-1, name, part, rows, row),
                    Inputs = [.. Enumerable.Range(0, 3).Select(m => Input(m, name, part, rows, row))],
                }),
            ],
        };
        var sink = new Sink();
        MergeEngine.Run(row.Dense!(), run, sink, null);
        return sink.Values;
    }

    TensorInput Input(int model, string name, int part, int rows, Method row) => new()
    {
        Model = model,
        IsBase = model < 0,
        Settings = MergingGolden.Settings(row, []),
        Reader = new Reader(new TensorSpec(name, DType.F64, [rows, Side]), models[model + 1].AsSpan(part * rows * Side, rows * Side).ToArray()),
    };


    sealed class Reader(TensorSpec spec, double[] values) : TensorReader
    {
        public override TensorSpec Tensor => spec;

        public override void Read(long first, Span<float> to)
        {
            for (var e = 0; e < to.Length; e++) to[e] = (float)values[first + e];
        }

        public override void Read(long first, Span<double> to) => values.AsSpan((int)first, to.Length).CopyTo(to);
    }

    sealed class Sink : ITensorSink
    {
        public Dictionary<string, double[]> Values { get; } = [];

        public void Write(string tensor, long offset, ReadOnlySpan<byte> bytes) => Values[tensor] = MemoryMarshal.Cast<byte, double>(bytes).ToArray();
    }
}
