using MergeLab.Checkpoints;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Output;

/// <summary>What a merge would read, write and hold, known from headers alone.</summary>
/// <param name="Tensors">What will be written, by name; null for an adapter's.</param>
/// <param name="AdaptedMatrices">Matrices that the merge changes.</param>
/// <param name="Groups">Sets of coefficients.</param>
/// <param name="BytesToRead">Adapters, and for a dense result the base.</param>
/// <param name="BytesToWrite">Tensor data of the result.</param>
/// <param name="WorkingMemory">Factors and blocks held at once, in bytes; memory-mapped inputs not counted.</param>
public sealed record MergePlan(IReadOnlyList<TensorSpec> Tensors, int AdaptedMatrices, int Groups, long BytesToRead, long BytesToWrite, long WorkingMemory)
{
    public static MergePlan Of(Recipe recipe, AdapterSet inputs, int threads)
    {
        var adapters = inputs.Adapters.Sum(a => a.Weights.Tensors.Sum(t => t.Bytes));
        var dense = recipe.Output == OutputForm.Dense;
        IReadOnlyList<TensorSpec> tensors;
        if (dense)
        {
            using var merged = new MergedModel(inputs.Base, [], [], true, recipe.DType);
            tensors = merged.Tensors;
        }
        else
        {
            tensors = MergedAdapter.Tensors(inputs.Matrices, recipe.DType ?? DType.F32);
        }
        var groups = recipe.Granularity switch
        {
            Granularity.Model => 1,
            Granularity.Module => inputs.Matrices.Select(m => m.Parent).Distinct().Count(),
            _ => inputs.Matrices.Count,
        };
        // Factors in float64 beside their stack, for as many matrices as there are threads, and a block a thread on the way out.
        var largest = inputs.Matrices.Max(m => m.Parts.Sum(p => p is null ? 0 : p.A.Count + p.B.Count));
        var memory = threads * (largest * 4 * sizeof(double) + (8L << 20));
        return new MergePlan(tensors, inputs.Matrices.Count, groups, adapters + (dense ? inputs.Base.Tensors.Sum(t => t.Bytes) : 0), tensors.Sum(t => t.Bytes), memory);
    }
}
