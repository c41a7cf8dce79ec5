using System.Numerics;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>One filter after the other.</summary>
public sealed class FilterPair<T>(RowFilter<T>? first, RowFilter<T> second) : RowFilter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Apply(long place, Span<T> row)
    {
        first?.Apply(place, row);
        second.Apply(place, row);
    }
}
