using System.Numerics;

namespace MergeLab.Merging.Engine;

/// <summary>One row of a selection in progress: a range of magnitudes in which the k-th largest is looked for, until it is found.</summary>
sealed class SelectionRow<T>(long keep) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many elements to keep: k.</summary>
    public long Keep => keep;

    /// <summary>Least magnitude of the range.</summary>
    public T Low { get; private set; } = T.Zero;

    /// <summary>Greatest magnitude of the range.</summary>
    public T High { get; private set; } = T.PositiveInfinity;

    /// <summary>About how many elements lie inside of the range, for planning memory.</summary>
    public double Expected { get; private set; } = double.PositiveInfinity;

    /// <summary>The k-th largest magnitude, once found.</summary>
    public T? Threshold { get; private set; }

    /// <summary>How many of the elements of that magnitude are kept.</summary>
    public long TiesKept { get; private set; }

    /// <summary>Whether elements of that magnitude are kept without exception.</summary>
    public bool KeepsAllTies { get; private set; }

    public void Look(T low, T high, double expected) => (Low, High, Expected) = (low, high, expected);

    public void Found(T threshold, long tiesKept, long ties) => (Threshold, TiesKept, KeepsAllTies) = (threshold, tiesKept, tiesKept == ties);

    /// <summary>Whether the k-th largest lies in the range, given what a pass counted; where not, the other side becomes the range.</summary>
    public bool Holds(long above, long within)
    {
        if (keep <= above) Look(T.BitIncrement(High), T.PositiveInfinity, above);
        else if (keep > above + within) Look(T.Zero, T.BitDecrement(Low), double.PositiveInfinity);
        else return true;
        return false;
    }
}
