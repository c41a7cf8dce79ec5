using System.Runtime.InteropServices;
using MergeLab.Checkpoints;

namespace MergeLab.Cli.Tests.Merges;

/// <summary>Models of a few numbers, right or wrong in one point.</summary>
static class ToyCheckpoint
{
    public const string Config = """{"architectures": ["Toy"], "num_hidden_layers": 2}""";

    /// <summary>The tensors that a toy has unless told otherwise: two matrices in layers, a norm.</summary>
    public static IReadOnlyList<(string Name, long[] Shape)> Tensors { get; } = [("model.layers.0.w", [2, 3]), ("model.layers.1.w", [2, 3]), ("model.norm.weight", [3])];

    /// <summary>Writes a model of float32 values; element i of each tensor is the value plus i.</summary>
    public static void Write(MergeSandbox sandbox, string name, float value, IReadOnlyList<(string Name, long[] Shape)>? tensors = null, string config = Config, Action<string, float[]>? change = null) =>
        Write(sandbox.File(name), config, [.. (tensors ?? Tensors).Select(t =>
        {
            var values = Enumerable.Range(0, (int)t.Shape.Aggregate(1L, (p, d) => p * d)).Select(i => value + i).ToArray();
            change?.Invoke(t.Name, values);
            return (new TensorSpec(t.Name, DType.F32, t.Shape), MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        })]);

    public static void Write(string folder, string config, params IReadOnlyList<(TensorSpec Spec, byte[] Bytes)> tensors)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), config);
        using var writer = SafetensorsWriter.Create(Path.Combine(folder, Checkpoint.SingleFile), [.. tensors.Select(t => t.Spec)], null);
        foreach (var (spec, bytes) in tensors) writer.Write(spec.Name, 0, bytes);
        writer.Commit();
    }
}
