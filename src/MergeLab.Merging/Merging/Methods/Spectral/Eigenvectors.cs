namespace MergeLab.Merging.Methods.Spectral;

/// <summary>Leading eigenvectors of Gram matrices.</summary>
static unsafe class Eigenvectors
{
    /// <param name="a">m × n, float64.</param>
    /// <param name="ofColumns">Of AᵀA, the right singular vectors; otherwise of A·Aᵀ, the left ones.</param>
    /// <param name="k">How many, at least 1.</param>
    /// <returns>Orthonormal columns, of the largest eigenvalues.</returns>
    public static Tensor OfGram(Tensor a, bool ofColumns, long k)
    {
        var side = a.size(ofColumns ? 1 : 0);
        // Some are found one by one and made orthogonal to each other, which for many costs more than all at once.
        if (Lapack.IsThere && k * 3 <= side && Some(a.contiguous(), ofColumns, (int)side, (int)k) is { } some) return some;
        return linalg.eigh(ofColumns ? a.mT.matmul(a) : a.matmul(a.mT)).Item2.narrow(1, side - k, k);
    }

    /// <summary>A row-major matrix is its transpose to LAPACK. The lower half of the Gram matrix is formed, reduced, and given up.</summary>
    static Tensor? Some(Tensor a, bool ofColumns, int side, int k)
    {
        var gram = zeros([side, side], ScalarType.Float64);
        var vectors = empty([k, side], ScalarType.Float64);
        fixed (double* from = a.data<double>().AsSpan(), g = gram.data<double>().AsSpan(), z = vectors.data<double>().AsSpan())
        {
            Lapack.Gram(from, (int)a.size(1), (int)a.size(0), ofColumns, g);
            return Lapack.LargestEigenvectors(g, side, k, z) ? vectors.mT : null;
        }
    }
}
