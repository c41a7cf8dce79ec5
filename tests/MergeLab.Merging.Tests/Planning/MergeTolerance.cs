using MergeLab.Checkpoints;

namespace MergeLab.Merging.Tests.Planning;

/// <summary>How far a value may be from the reference's.</summary>
/// <param name="Single">Of values stored in float32, absolute up to 1 and relative above.</param>
/// <param name="Steps">Of values stored in 16 bits, in units of their last place.</param>
/// <param name="Share">Part of all values that may lie outside.</param>
sealed record MergeTolerance(double Single, int Steps, double Share)
{
    /// <summary>Three to ten operations in float32, in another order; one rounding to 16 bits.</summary>
    static readonly MergeTolerance Usual = new(1e-6, 1, 0);

    /// <param name="name">The case.</param>
    /// <param name="compat">In the reference's mode, which rounds after every step where it does.</param>
    public static MergeTolerance Of(string name, bool compat) => name switch
    {
        // Elements that lie at the cut in 16 bits, or whose votes sum to zero there, go either way.
        "ties-bf16" or "example-ties" or "example-bio-merge" or "dare-ties-bf16" => Usual with { Share = 0.005, Steps = compat ? 1 : 4 },
        // The reference's dot products in 16 bits are that far off; ours are not.
        "karcher-bf16" => Usual with { Steps = 16 },
        // The reference rounds after every step and to 16 bits weights first; one rounding at the end is nearer to the exact value.
        _ => compat ? Usual : Usual with { Steps = 4 },
    };

    public bool Accepts(DType type, double expected, double found)
    {
        if (double.IsNaN(expected) || double.IsNaN(found)) return double.IsNaN(expected) && double.IsNaN(found);
        if (type == DType.F32) return Math.Abs(expected - found) <= Single * Math.Max(1, Math.Abs(expected));
        return Math.Abs(expected - found) <= Steps * LastPlace(type, expected);
    }

    /// <summary>Distance of neighbouring values of a type at a value; below the smallest normal number, there.</summary>
    static double LastPlace(DType type, double value)
    {
        var (bits, least) = type == DType.BF16 ? (7, -126) : (10, -14);
        var exponent = value == 0 ? least : Math.Max(least, Math.ILogB(value));
        return Math.ScaleB(1, exponent - bits);
    }
}
