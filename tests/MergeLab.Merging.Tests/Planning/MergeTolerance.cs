using MergeLab.Checkpoints;

namespace MergeLab.Merging.Tests.Planning;

/// <summary>How far a value may be from the reference's.</summary>
/// <param name="Single">Of values stored in float32, absolute up to 1 and relative above.</param>
/// <param name="Steps">Of values stored in 16 bits, in units of their last place.</param>
/// <param name="Share">Part of all values that may lie outside.</param>
sealed record MergeTolerance(double Single, int Steps, double Share)
{
    /// <summary>
    /// In our arithmetic: the reference rounds the values in between to 16 bits, which are as large as the tensor's values are on the whole, so
    /// that its result is no better where terms cancel.
    /// </summary>
    public bool AtScaleOfTensor { get; init; }

    /// <param name="name">The case.</param>
    /// <param name="compat">In the reference's mode, which rounds after every step where it does.</param>
    public static MergeTolerance Of(string name, bool compat)
    {
        // Three to ten operations in float32, in another order; one rounding to 16 bits, in our arithmetic of better intermediate values.
        var usual = new MergeTolerance(1e-6, compat ? 1 : 2, 0) { AtScaleOfTensor = !compat };
        return name switch
        {
            // Elements that lie at the cut in 16 bits, or whose votes sum to zero there, go either way.
            "ties-bf16" or "example-ties" or "example-bio-merge" or "dare-ties-bf16" => usual with { Share = 0.005 },
            // The threshold is a quantile of 16-bit scores: elements near it go either way.
            "example-arcee-fusion" => usual with { Share = 0.07 },
            // Their dot products in 16 bits are off by 0.07; ours are not, in any mode.
            "karcher-bf16" => usual with { Steps = 16, AtScaleOfTensor = true },
            _ => usual,
        };
    }

    /// <param name="type">That values are stored in.</param>
    /// <param name="scale">Root mean square of the tensor.</param>
    /// <param name="expected">The reference's value.</param>
    /// <param name="found">Ours.</param>
    public bool Accepts(DType type, double scale, double expected, double found)
    {
        if (double.IsNaN(expected) || double.IsNaN(found)) return false;
        if (type == DType.F32) return Math.Abs(expected - found) <= Single * Math.Max(1, Math.Abs(expected));
        return Math.Abs(expected - found) <= Steps * LastPlace(type, AtScaleOfTensor ? Math.Max(scale, Math.Abs(expected)) : expected);
    }

    /// <summary>Distance of neighbouring values of a type at a value; below the smallest normal number, there.</summary>
    static double LastPlace(DType type, double value)
    {
        var (bits, least) = type == DType.BF16 ? (7, -126) : (10, -14);
        var exponent = value == 0 ? least : Math.Max(least, Math.ILogB(value));
        return Math.ScaleB(1, exponent - bits);
    }
}
