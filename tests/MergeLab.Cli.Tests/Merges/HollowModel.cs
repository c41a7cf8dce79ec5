using System.Text.Json;
using MergeLab.Checkpoints;

namespace MergeLab.Cli.Tests.Merges;

/// <summary>A model whose weights are a hole in the file: zeros that take no room on the disk, however many they are.</summary>
static class HollowModel
{
    /// <summary>One square matrix a layer, and a norm of as many elements.</summary>
    public static void Write(string folder, int layers, long size)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""{"architectures": ["Hollow"], "num_hidden_layers": {{layers}}}""");
        TensorSpec[] tensors = [new("model.norm.weight", DType.F32, [size]), .. Enumerable.Range(0, layers).Select(l => new TensorSpec($"model.layers.{l}.mlp.up_proj.weight", DType.F32, [size, size]))];
        var entries = new Dictionary<string, object>();
        var end = 0L;
        foreach (var tensor in tensors) entries.Add(tensor.Name, new { dtype = "F32", shape = tensor.Shape, data_offsets = new[] { end, end += tensor.Bytes } });
        var header = JsonSerializer.SerializeToUtf8Bytes(entries);
        using var file = File.Create(Path.Combine(folder, Checkpoint.SingleFile));
        file.Write(BitConverter.GetBytes((ulong)header.Length));
        file.Write(header);
        file.SetLength(8 + header.Length + end);
    }
}
