namespace MergeLab.Merging.Methods.Spherical;

/// <summary>The great circle between two directions (Shoemake, Slerp, SIGGRAPH 1985).</summary>
public static class Arc
{
    /// <summary>Shares of the two ends at t of the way between directions at this cosine.</summary>
    public static (double From, double To) At(double cosine, double t)
    {
        var angle = Math.Acos(Math.Clamp(cosine, -1, 1));
        var sine = Math.Sin(angle);
        return (Math.Sin((1 - t) * angle) / sine, Math.Sin(t * angle) / sine);
    }
}
