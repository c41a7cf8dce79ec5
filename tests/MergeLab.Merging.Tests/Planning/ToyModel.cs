using System.Runtime.InteropServices;
using MergeLab.Checkpoints;

namespace MergeLab.Merging.Tests.Planning;

/// <summary>Models of a few numbers, to be written into a test's folder.</summary>
static class ToyModel
{
    /// <summary>Writes a model of float32 tensors of two elements, filled with one value each.</summary>
    public static string Write(ScratchFolder scratch, string name, string config, params (string Tensor, float Value)[] tensors) =>
        Write(scratch, name, config, [.. tensors.Select(t => (new TensorSpec(t.Tensor, DType.F32, [2]), Bytes(t.Value)))]);

    public static string Write(ScratchFolder scratch, string name, string config, params (TensorSpec Spec, byte[] Bytes)[] tensors)
    {
        scratch.Write($"{name}/config.json", config);
        using var writer = SafetensorsWriter.Create(scratch.File(name, Checkpoint.SingleFile), [.. tensors.Select(t => t.Spec)], null);
        foreach (var (spec, bytes) in tensors) writer.Write(spec.Name, 0, bytes);
        writer.Commit();
        return scratch.File(name);
    }

    public static byte[] Bytes(params ReadOnlySpan<float> values) => MemoryMarshal.AsBytes(values.Length == 1 ? [values[0], values[0]] : values).ToArray();
}
