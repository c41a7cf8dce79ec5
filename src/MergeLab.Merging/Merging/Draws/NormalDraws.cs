namespace MergeLab.Merging.Draws;

/// <summary>Standard normal draws, one an element, by the transform of Box and Muller (1958) from two uniform draws.</summary>
public readonly struct NormalDraws(CounterRandom source)
{
    /// <param name="index">Element; below 2^62.</param>
    public double At(long index)
    {
        // 1 − u lies in (0, 1], so that the logarithm is finite.
        var radius = Math.Sqrt(-2 * Math.Log(1 - source.Uniform(2 * index)));
        return radius * Math.Cos(2 * Math.PI * source.Uniform(2 * index + 1));
    }
}
