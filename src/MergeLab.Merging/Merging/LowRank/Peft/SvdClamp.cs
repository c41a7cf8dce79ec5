using MergeLab.Merging.Methods.Spectral;

namespace MergeLab.Merging.LowRank;

/// <summary>PEFT's <c>svd_clamp</c>: entries of U·S and Vt are bounded by a quantile of all of them.</summary>
static class SvdClamp
{
    public static FactorPair Cut(Tensor matrix, int rank, double clamp)
    {
        var (u, s, vt) = Spectrum.Svd(matrix);
        var left = u.narrow(1, 0, rank).mul(s.narrow(0, 0, rank)).contiguous();
        var right = vt.narrow(0, 0, rank).contiguous();
        double[] values = [.. left.data<double>().ToArray(), .. right.data<double>().ToArray()];
        Array.Sort(values);
        var bound = Quantile(values, clamp);
        return new FactorPair(left.clamp(-bound, bound), right.clamp(-bound, bound));
    }

    /// <summary>Linear between the two neighbours, as torch.quantile.</summary>
    static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var low = (int)Math.Floor(at);
        return low + 1 < sorted.Length ? sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]) : sorted[low];
    }
}
