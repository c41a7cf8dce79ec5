using System.Numerics;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>Keeps the elements of a cut, or all but those.</summary>
/// <param name="cut">The largest magnitudes.</param>
/// <param name="inverted">Drop them instead.</param>
public sealed class CutFilter<T>(MagnitudeCut<T> cut, bool inverted = false) : RowFilter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public MagnitudeCut<T> Cut => cut;

    public bool Inverted => inverted;

    public override void Apply(long place, Span<T> row)
    {
        if (cut.Threshold == T.Zero && cut.LastTie == long.MaxValue)
        {
            if (inverted) row.Clear();
            return;
        }
        // Up to the last kept tie, elements equal to the threshold are kept; after it they are not.
        var ties = (int)Math.Clamp(cut.LastTie - place, -1, row.Length - 1) + 1;
        Keep(row[..ties], equal: true);
        Keep(row[ties..], equal: false);
    }

    void Keep(Span<T> row, bool equal)
    {
        var threshold = new Vector<T>(cut.Threshold);
        var e = 0;
        for (; e <= row.Length - Vector<T>.Count; e += Vector<T>.Count)
        {
            var values = new Vector<T>(row[e..]);
            var magnitudes = Vector.Abs(values);
            var inside = equal ? Vector.GreaterThanOrEqual(magnitudes, threshold) : Vector.GreaterThan(magnitudes, threshold);
            var kept = inverted ? Vector.ConditionalSelect(inside, Vector<T>.Zero, values) : Vector.ConditionalSelect(inside, values, Vector<T>.Zero);
            kept.CopyTo(row[e..]);
        }
        for (; e < row.Length; e++)
        {
            var magnitude = T.Abs(row[e]);
            if ((equal ? magnitude >= cut.Threshold : magnitude > cut.Threshold) == inverted) row[e] = T.Zero;
        }
    }
}
