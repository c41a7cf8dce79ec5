using System.Numerics;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Statistics;

namespace MergeLab.Merging.Methods.Spherical;

/// <summary>Σ c_i·row_i with coefficients of their own for each vector of the tensor.</summary>
/// <param name="layout">How the tensor falls into vectors; not whole.</param>
/// <param name="coefficients">For each input, one number a vector.</param>
public sealed class VectorCombination<T>(VectorLayout layout, T[][] coefficients) : ElementKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Run(in Block<T> block)
    {
        block.Output.Clear();
        for (var i = 0; i < coefficients.Length; i++)
        {
            if (layout.Kind == VectorKind.LastDimension) AlongRows(block, i);
            else AcrossRows(block, i);
        }
    }

    /// <summary>Neighbours share a coefficient until the vector ends.</summary>
    void AlongRows(in Block<T> block, int input)
    {
        var row = block.Row(input);
        for (var e = 0; e < row.Length;)
        {
            var (vector, within) = Math.DivRem(block.First + e, layout.Length);
            var count = (int)Math.Min(row.Length - e, layout.Length - within);
            Add(block.Output.Slice(e, count), row.Slice(e, count), coefficients[input][vector]);
            e += count;
        }
    }

    /// <summary>Neighbours belong to neighbouring vectors.</summary>
    void AcrossRows(in Block<T> block, int input)
    {
        var row = block.Row(input);
        for (var e = 0; e < row.Length;)
        {
            var vector = (int)((block.First + e) % layout.Vectors);
            var count = (int)Math.Min(row.Length - e, layout.Vectors - vector);
            Add(block.Output.Slice(e, count), row.Slice(e, count), coefficients[input].AsSpan(vector, count));
            e += count;
        }
    }

    static void Add(Span<T> to, ReadOnlySpan<T> row, T coefficient)
    {
        var e = 0;
        for (; e <= row.Length - Vector<T>.Count; e += Vector<T>.Count) (new Vector<T>(to[e..]) + new Vector<T>(row[e..]) * coefficient).CopyTo(to[e..]);
        for (; e < row.Length; e++) to[e] += row[e] * coefficient;
    }

    static void Add(Span<T> to, ReadOnlySpan<T> row, ReadOnlySpan<T> coefficients)
    {
        var e = 0;
        for (; e <= row.Length - Vector<T>.Count; e += Vector<T>.Count) (new Vector<T>(to[e..]) + new Vector<T>(row[e..]) * new Vector<T>(coefficients[e..])).CopyTo(to[e..]);
        for (; e < row.Length; e++) to[e] += row[e] * coefficients[e];
    }
}
