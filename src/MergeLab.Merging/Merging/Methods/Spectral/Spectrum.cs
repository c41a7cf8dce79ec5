namespace MergeLab.Merging.Methods.Spectral;

/// <summary>Singular value decompositions in float64, whole and leading parts.</summary>
static class Spectrum
{
    // Below this side the whole decomposition costs as little as anything, and is the most accurate.
    const long SmallSide = 128;

    /// <summary>A = U·diag(S)·Vt, S descending.</summary>
    public static (Tensor U, Tensor S, Tensor Vt) Svd(Tensor a) => linalg.svd(a, fullMatrices: false);

    /// <summary>
    /// The k leading singular triples. Of a large matrix by way of the eigenvectors of its Gram matrix: an exact method, since the matrix is
    /// projected on them and decomposed again, at a third of the cost; what squares are too small to tell apart is smaller than 1e-8 of the largest.
    /// </summary>
    public static (Tensor U, Tensor S, Tensor Vt) Leading(Tensor a, long k)
    {
        if (IsSmall(a) || k * 4 > Side(a))
        {
            var (u, s, vt) = Svd(a);
            return (u.narrow(1, 0, Math.Min(k, Side(a))), s.narrow(0, 0, Math.Min(k, Side(a))), vt.narrow(0, 0, Math.Min(k, Side(a))));
        }
        if (a.size(0) >= a.size(1))
        {
            var basis = Eigenvectors.OfGram(a, true, k);
            var (u, s, w) = Svd(a.matmul(basis));
            return (u, s, w.matmul(basis.mT));
        }
        var left = Eigenvectors.OfGram(a, false, k);
        var (w2, s2, vt2) = Svd(left.mT.matmul(a));
        return (left.matmul(w2), s2, vt2);
    }

    /// <summary>The best approximation of rank k (Eckart and Young).</summary>
    public static Tensor Approximation(Tensor a, long k)
    {
        if (k <= 0) return zeros_like(a);
        if (k >= Side(a)) return a;
        if (IsSmall(a))
        {
            var (u, s, vt) = Svd(a);
            return u.narrow(1, 0, k).mul(s.narrow(0, 0, k)).matmul(vt.narrow(0, 0, k));
        }
        if (a.size(0) >= a.size(1))
        {
            var basis = Eigenvectors.OfGram(a, true, k);
            return a.matmul(basis).matmul(basis.mT);
        }
        var left = Eigenvectors.OfGram(a, false, k);
        return left.matmul(left.mT.matmul(a));
    }

    /// <summary>Squares of all singular values, descending.</summary>
    public static double[] Squares(Tensor a) => [.. linalg.svdvals(a).data<double>().ToArray().Select(s => s * s)];

    /// <summary>Number of singular values above a share of the largest; 0 for a zero matrix.</summary>
    public static int Rank(Tensor s, double noise)
    {
        var values = s.data<double>().ToArray();
        if (values.Length == 0 || values[0] == 0) return 0;
        var rank = 0;
        while (rank < values.Length && values[rank] > noise * values[0]) rank++;
        return rank;
    }

    /// <summary>
    /// The orthogonal factor of the polar decomposition, U·Vt; of a deficient matrix only between the directions it has, where the rest would
    /// be arbitrary.
    /// </summary>
    public static Tensor PolarFactor(Tensor a, MatrixSettings settings)
    {
        var (u, s, vt) = Svd(a);
        if (settings.Completes) return u.matmul(vt);
        var rank = Rank(s, MatrixSettings.NoiseOfDoubles);
        return u.narrow(1, 0, rank).matmul(vt.narrow(0, 0, rank));
    }

    public static long Side(Tensor a) => Math.Min(a.size(0), a.size(1));

    static bool IsSmall(Tensor a) => Side(a) <= SmallSide;
}
