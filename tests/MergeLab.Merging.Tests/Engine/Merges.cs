using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Tests.Engine;

/// <summary>Builds merges of tensors in memory and carries them out.</summary>
static class Merges
{
    /// <summary>A tensor whose first reader is the base.</summary>
    public static TensorMerge Tensor(string name, IReadOnlyList<TensorReader> readers, DType? output = null, MethodSettings? settings = null, IReadOnlyList<MethodSettings>? perModel = null, MethodSettings? ofBase = null)
    {
        var spec = readers[0].Tensor;
        var inputs = readers.Select((reader, i) => new TensorInput
        {
            Model = i,
            Reader = reader,
            IsBase = i == 0,
            Settings = perModel is not null && i > 0 ? perModel[i - 1] : ofBase ?? Weight(1),
        }).ToArray();
        return new TensorMerge
        {
            Output = new TensorSpec(name, output ?? spec.DType, spec.Shape),
            Compute = spec.DType,
            Inputs = inputs,
            Base = inputs[0],
            Settings = settings ?? MethodSettings.None,
        };
    }

    public static MethodSettings Weight(double weight) => new(new Dictionary<string, object> { ["weight"] = weight });

    public static MergeRun Run(int threads, params IReadOnlyList<TensorMerge> tensors) => new()
    {
        Tensors = tensors,
        Models = [.. tensors[0].Inputs.Select((_, i) => $"model{i}")],
        Threads = threads,
    };

    /// <summary>The merged bytes by tensor.</summary>
    public static SortedDictionary<string, byte[]> Carry(IMergeMethod method, MergeRun run)
    {
        var sink = new MemorySink(run);
        MergeEngine.Run(method, run, sink, null);
        return sink.Bytes;
    }

    public static double[] Values(DType type, byte[] bytes)
    {
        var values = new double[bytes.Length / type.Size()];
        Elements.ToDouble(type, bytes, values);
        return values;
    }

    sealed class MemorySink(MergeRun run) : ITensorSink
    {
        public SortedDictionary<string, byte[]> Bytes { get; } = new(run.Tensors.ToDictionary(t => t.Output.Name, t => new byte[t.Output.Bytes]), StringComparer.Ordinal);

        public void Write(string tensor, long offset, ReadOnlySpan<byte> bytes) => bytes.CopyTo(Bytes[tensor].AsSpan((int)offset));
    }
}
