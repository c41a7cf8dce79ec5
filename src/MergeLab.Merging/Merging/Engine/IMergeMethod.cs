using System.Numerics;

namespace MergeLab.Merging.Engine;

/// <summary>What the rows of a block hold.</summary>
public enum InputSpace
{
    /// <summary>Weights of all <see cref="TensorMerge.Inputs"/>; the kernel writes weights.</summary>
    Weights,

    /// <summary>Task vectors of <see cref="TensorMerge.Models"/>; the kernel writes the merged task vector, and the engine adds the base.</summary>
    TaskVectors,
}

/// <summary>A merging method. One is made for each merge.</summary>
public interface IMergeMethod
{
    /// <summary>Looks at the whole model before any tensor is merged, where the method has statistics that span tensors.</summary>
    ITensorRule Begin(MergeRun run);
}

/// <summary>How one tensor after the other is merged. Tensors may be prepared in any order.</summary>
public interface ITensorRule
{
    InputSpace Space { get; }

    /// <summary>The input that the result equals bit for bit, which is then copied; null in general.</summary>
    TensorInput? CopyOf(TensorMerge tensor) => null;

    /// <summary>Statistics of one tensor, and from them what is done to each block. T is float, or double for float64.</summary>
    ElementKernel<T> Prepare<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
