using System.Numerics;
using MergeLab.Merging.Methods.Statistics;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>Sets the elements of a task vector that a sparsifier drops to zero, block by block. Used from many threads at once.</summary>
public abstract class RowFilter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <param name="place">Place of the row's first element in the tensor.</param>
    /// <param name="row">Changed in place.</param>
    public abstract void Apply(long place, Span<T> row);

    /// <summary>L1 norms of a row, and of what stays of it; the row is scratch from then on.</summary>
    public virtual (double Whole, double Kept) Magnitudes(long place, Span<T> row)
    {
        var whole = RowSums.Magnitudes<T>(row);
        Apply(place, row);
        return (whole, RowSums.Magnitudes<T>(row));
    }
}

/// <summary>Drops everything.</summary>
public sealed class DropAll<T> : RowFilter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Apply(long place, Span<T> row) => row.Clear();
}
