using MergeLab.Checkpoints;

namespace MergeLab.Merging.Output;

/// <summary>What a merge would read, write and hold, known from headers alone.</summary>
/// <param name="Tensors">What will be written.</param>
/// <param name="Changed">Tensors that are merged, not copied.</param>
/// <param name="InFactorSpace">Adapters are merged as factors; else weights element by element.</param>
/// <param name="BytesToRead">Tensor data of the inputs.</param>
/// <param name="BytesToWrite">Tensor data of the result.</param>
/// <param name="WorkingMemory">Factors and blocks held at once, in bytes; memory-mapped inputs not counted.</param>
public sealed record MergePlan(IReadOnlyList<TensorSpec> Tensors, int Changed, bool InFactorSpace, long BytesToRead, long BytesToWrite, long WorkingMemory);
