using System.Numerics;

namespace MergeLab.Merging.Engine;

/// <summary>
/// Keeps exactly k elements of largest magnitude: those above the threshold, and of those that equal it the first by index.
/// </summary>
/// <param name="Threshold">The k-th largest magnitude; infinity where nothing is kept, 0 where everything is.</param>
/// <param name="LastTie">Index of the last kept element of that magnitude; the greatest number where all of them are, -1 where none is.</param>
public readonly record struct MagnitudeCut<T>(T Threshold, long LastTie) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public bool Keeps(T value, long index)
    {
        var magnitude = T.Abs(value);
        return magnitude > Threshold || (magnitude == Threshold && index <= LastTie);
    }
}
