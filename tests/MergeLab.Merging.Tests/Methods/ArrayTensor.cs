using System.Runtime.InteropServices;
using MergeLab.Checkpoints;

namespace MergeLab.Merging.Tests.Methods;

/// <summary>A tensor in memory.</summary>
sealed unsafe class ArrayTensor(string name, DType type, IReadOnlyList<long> shape, double[] values) : TensorReader
{
    public override TensorSpec Tensor { get; } = new(name, type, shape);

    // Integers are copied as they lie in memory.
    readonly long[]? integers = type == DType.I64 ? Pinned(values) : null;

    public double[] Values => values;

    public override byte* Stored => integers is null ? null : (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(integers, 0);

    public override void Read(long first, Span<float> to)
    {
        for (var i = 0; i < to.Length; i++) to[i] = (float)values[first + i];
    }

    public override void Read(long first, Span<double> to) => values.AsSpan((int)first, to.Length).CopyTo(to);

    /// <summary>Every tensor of a file.</summary>
    public static Dictionary<string, ArrayTensor> ReadAll(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var tensors = new Dictionary<string, ArrayTensor>(StringComparer.Ordinal);
        foreach (var entry in file.Tensors)
        {
            var values = new double[entry.Count];
            MergeLab.Checkpoints.Numerics.Elements.ToDouble(entry.DType, file.Bytes(entry), values);
            tensors[entry.Name] = new ArrayTensor(entry.Name, entry.DType, entry.Shape, values);
        }
        return tensors;
    }

    static long[] Pinned(double[] values)
    {
        var pinned = GC.AllocateArray<long>(values.Length, pinned: true);
        for (var i = 0; i < values.Length; i++) pinned[i] = (long)values[i];
        return pinned;
    }

    /// <summary>The same numbers as float64.</summary>
    public ArrayTensor AsDouble() => new(Tensor.Name, Tensor.DType.IsFloat() ? DType.F64 : Tensor.DType, Tensor.Shape, values);
}
