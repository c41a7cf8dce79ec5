using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Planning;

/// <summary>Tensors that are no floating-point numbers are copied, not merged, and so must be the same in all models.</summary>
public static class ConstantChecks
{
    const int ChunkBytes = 1 << 20;

    /// <summary>Reads such tensors, few and small as a rule, and compares them byte for byte.</summary>
    /// <exception cref="ProblemException">Two models have different ones.</exception>
    public static void Refuse(MergeRun run)
    {
        foreach (var tensor in run.Tensors.Where(t => !t.Output.DType.IsFloat() && t.CopyOf is null))
        {
            foreach (var other in tensor.Inputs.Skip(1))
            {
                run.Cancellation.ThrowIfCancellationRequested();
                if (Same(tensor.Inputs[0].Reader, other.Reader)) continue;
                throw new ProblemException($"{tensor.Output.Name} differs between the models and cannot be merged", new Place(run.Models[other.Model], Tensor: tensor.Output.Name),
                    $"it is of type {tensor.Output.DType.Name()}, which is copied from {run.Models[tensor.Inputs[0].Model]}", "make them the same, or store them as floating-point numbers");
            }
        }
    }

    static unsafe bool Same(TensorReader one, TensorReader other)
    {
        var left = one.Stored;
        var right = other.Stored;
        if (left == right) return true;
        if (left == null || right == null) return false;
        for (var at = 0L; at < one.Tensor.Bytes; at += ChunkBytes)
        {
            var count = (int)Math.Min(ChunkBytes, one.Tensor.Bytes - at);
            if (!new ReadOnlySpan<byte>(left + at, count).SequenceEqual(new ReadOnlySpan<byte>(right + at, count))) return false;
        }
        return true;
    }
}
