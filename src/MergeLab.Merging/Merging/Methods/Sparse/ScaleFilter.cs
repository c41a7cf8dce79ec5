using System.Numerics;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>Multiplies each element by its own number, zero where it is dropped: DELLA's inverse probabilities.</summary>
public sealed class ScaleFilter<T>(float[] scales) : RowFilter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Apply(long place, Span<T> row)
    {
        for (var e = 0; e < row.Length; e++) row[e] *= T.CreateChecked(scales[place + e]);
    }
}
