using System.Runtime.InteropServices;
using MergeLab.Checkpoints;

namespace MergeLab.Models.Common;

/// <summary>Named tensors to a safetensors file, as float32.</summary>
public static class ModelOutputs
{
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> outputs)
    {
        using var writer = SafetensorsWriter.Create(path, [.. outputs.Select(o => new TensorSpec(o.Key, DType.F32, o.Value.shape))]);
        foreach (var (name, output) in outputs)
        {
            using var scope = NewDisposeScope();
            var values = output.detach().to(ScalarType.Float32, CPU).contiguous();
            writer.Write(name, 0, MemoryMarshal.AsBytes(values.data<float>().AsSpan()));
        }
        writer.Commit();
    }
}
