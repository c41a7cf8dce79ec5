using System.Runtime.InteropServices;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Models.Common;

/// <summary>Parameters to a model folder.</summary>
public static class ModelWriter
{
    /// <param name="target">The folder to appear.</param>
    /// <param name="parameters">What is written, low-rank terms not multiplied in.</param>
    /// <param name="config">Text of <c>config.json</c>; null where it is copied (<see cref="CheckpointWriterOptions.CopyFrom"/>).</param>
    /// <param name="type">F32, F16, BF16 or F64.</param>
    /// <param name="options">Shards, overwriting, what to copy.</param>
    /// <exception cref="Core.Errors.ProblemException">The target exists, or the disk is too small.</exception>
    public static void Write(string target, Parameters parameters, string? config = null, DType type = DType.F32, CheckpointWriterOptions? options = null)
    {
        using var writer = CheckpointWriter.Create(target, [.. parameters.Names.Select(n => new TensorSpec(n, type, parameters[n].shape))], options);
        if (config is not null) writer.AddFile(Checkpoint.ConfigFile, config);
        foreach (var name in parameters.Names)
        {
            using var values = parameters[name].detach().to(ScalarType.Float32, CPU).contiguous();
            var from = values.data<float>();
            if (type == DType.F32)
            {
                writer.Write(name, 0, MemoryMarshal.AsBytes(from.AsSpan()));
                continue;
            }
            var raw = new byte[from.Count * type.Size()];
            Elements.FromSingle(type, from.AsSpan(), raw);
            writer.Write(name, 0, raw);
        }
        writer.Commit();
    }
}
