using System.Numerics;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Elementwise;
using MergeLab.Merging.Methods.Rounding;
using MergeLab.Merging.Methods.Statistics;

namespace MergeLab.Merging.Methods.Spherical;

/// <summary>
/// A method whose result lies in the span of its inputs with coefficients that depend on their inner products alone: one pass for these, one
/// for the sum, whatever the method does in between.
/// </summary>
public abstract class CombinationRule : ITensorRule
{
    public abstract InputSpace Space { get; }

    public virtual TensorInput? CopyOf(TensorMerge tensor) => null;

    /// <summary>What counts as one vector.</summary>
    protected virtual VectorKind Vectors(TensorMerge tensor) => VectorKind.Whole;

    /// <summary>Coefficients of the rows from their Gram matrix.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="run">The merge.</param>
    /// <param name="gram">n×n inner products.</param>
    /// <param name="coefficients">n, all zero at first.</param>
    protected abstract void Choose(TensorMerge tensor, MergeRun run, ReadOnlySpan<double> gram, Span<double> coefficients);

    public ElementKernel<T> Prepare<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var layout = VectorLayout.Of(tensor, Vectors(tensor));
        var n = TensorBlocks.Rows(tensor, Space).Count;
        var coefficients = new T[n][];
        for (var i = 0; i < n; i++) coefficients[i] = new T[layout.Vectors];
        VectorGrams.ForEach<T>(tensor, Space, layout, run, (vector, gram) =>
        {
            Span<double> own = stackalloc double[n];
            own.Clear();
            Choose(tensor, run, gram, own);
            for (var i = 0; i < n; i++) coefficients[i][vector] = T.CreateTruncating(own[i]);
        });
        if (layout.Kind != VectorKind.Whole) return new VectorCombination<T>(layout, coefficients);
        return new WeightedSum<T>([.. coefficients.Select(c => c[0])], T.One, T.One).Make<Unrounded<T>>();
    }
}
