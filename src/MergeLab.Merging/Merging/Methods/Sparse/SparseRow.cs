using System.Numerics;
using MergeLab.Merging.Methods.Rounding;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>What becomes of one model's task vector before it is combined with others.</summary>
/// <param name="Filter">What is dropped; null for nothing.</param>
/// <param name="Scale">What multiplies the rest; 1 for nothing.</param>
/// <param name="Divisor">What divides the rest; 1 for nothing.</param>
public readonly record struct SparseRow<T>(RowFilter<T>? Filter, T Scale, T Divisor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Nothing becomes of it.</summary>
    public bool IsWhole => Filter is null && Scale == T.One && Divisor == T.One;

    public void Apply<TStep>(long first, Span<T> row) where TStep : struct, IRounding<T>
    {
        Filter?.Apply(first, row);
        var (scales, divides) = (Scale != T.One, Divisor != T.One);
        if (!TStep.Rounds && !scales && !divides) return;
        var e = 0;
        for (; e <= row.Length - Vector<T>.Count; e += Vector<T>.Count)
        {
            var values = TStep.Round(new Vector<T>(row[e..]));
            if (scales) values = TStep.Round(values * Scale);
            if (divides) values = TStep.Round(values / new Vector<T>(Divisor));
            values.CopyTo(row[e..]);
        }
        for (; e < row.Length; e++)
        {
            var value = TStep.Round(row[e]);
            if (scales) value = TStep.Round(value * Scale);
            if (divides) value = TStep.Round(value / Divisor);
            row[e] = value;
        }
    }
}
