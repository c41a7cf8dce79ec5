using System.Runtime.InteropServices;
using System.Text.Json;
using MergeLab.Checkpoints;

namespace MergeLab.Cli.Tests.Verbs;

/// <summary>Inputs for verbs.</summary>
static class SafetensorsFiles
{
    /// <summary>Matrices of whole numbers, given as JSON arrays of rows, as int64.</summary>
    public static void Write(string path, IReadOnlyList<(string Name, JsonElement Rows)> tensors)
    {
        using var writer = SafetensorsWriter.Create(path, [.. tensors.Select(t => new TensorSpec(t.Name, DType.I64, [t.Rows.GetArrayLength(), t.Rows[0].GetArrayLength()]))]);
        foreach (var (name, rows) in tensors)
        {
            var values = rows.EnumerateArray().SelectMany(r => r.EnumerateArray().Select(v => v.GetInt64())).ToArray();
            writer.Write(name, 0, MemoryMarshal.AsBytes(values.AsSpan()));
        }
        writer.Commit();
    }
}
