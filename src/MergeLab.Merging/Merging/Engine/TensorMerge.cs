using MergeLab.Checkpoints;

namespace MergeLab.Merging.Engine;

/// <summary>One output tensor and everything that goes into it.</summary>
public sealed class TensorMerge
{
    /// <summary>Name, type and shape to be written.</summary>
    public required TensorSpec Output { get; init; }

    /// <summary>The type the recipe computes in: its <c>dtype</c>, or the widest of the inputs'.</summary>
    public required DType Compute { get; init; }

    /// <summary>All inputs in the order of the recipe, the base among them where the recipe (or the method) counts it in.</summary>
    public required IReadOnlyList<TensorInput> Inputs { get; init; }

    /// <summary>What the recipe sets for this tensor as a whole, defaults filled in.</summary>
    public required MethodSettings Settings { get; init; }

    /// <summary>The base; null where the recipe has none.</summary>
    public TensorInput? Base { get; init; }

    /// <summary>Rows of a vocabulary: an embedding or a head.</summary>
    public bool IsEmbedding { get; init; }

    /// <summary>The input that is written as it is, whatever the method; null merges.</summary>
    public TensorInput? CopyOf { get; init; }

    /// <summary>The inputs without the base: whose task vectors are merged.</summary>
    public IReadOnlyList<TensorInput> Models => models ??= [.. Inputs.Where(i => !i.IsBase)];

    IReadOnlyList<TensorInput>? models;

    /// <summary>Columns of a matrix: the last dimension; 1 for a scalar.</summary>
    public long Columns => Output.Shape.Count == 0 ? 1 : Output.Shape[^1];

    /// <summary>Whether blocks are computed in double: an input, or the recipe, is float64.</summary>
    public bool InDouble => Compute == DType.F64 || Inputs.Any(i => i.Reader.Tensor.DType == DType.F64);
}
