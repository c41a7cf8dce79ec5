using System.Numerics;
using MergeLab.Merging.Draws;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>Keeps the elements of a mask.</summary>
public sealed class MaskFilter<T>(KeepMask mask) : RowFilter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Apply(long place, Span<T> row) => mask.Apply(place, row);
}
