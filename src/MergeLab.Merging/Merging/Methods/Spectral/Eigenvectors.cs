using System.Runtime.InteropServices;

namespace MergeLab.Merging.Methods.Spectral;

/// <summary>
/// Leading eigenvectors of symmetric matrices. LAPACK's dsyevr finds some of them at a third of the price of all; libtorch offers only
/// all. It is taken from the LAPACK that libtorch itself uses; where that is inside libtorch (PyTorch's own builds), all are computed.
/// </summary>
static unsafe class Eigenvectors
{
    static readonly delegate* unmanaged[Cdecl]<byte*, byte*, byte*, int*, double*, int*, double*, double*, int*, int*, double*, int*, double*, double*, int*, int*, double*, int*, int*, int*, int*, void> Routine = Find();

    /// <param name="symmetric">n × n, float64, contiguous; overwritten.</param>
    /// <param name="k">How many, between 1 and n.</param>
    /// <returns>n × k, orthonormal columns, of the largest eigenvalues.</returns>
    public static Tensor Leading(Tensor symmetric, long k)
    {
        var n = symmetric.size(0);
        // Some are found one by one and made orthogonal to each other, which for many costs more than all at once.
        if (Routine is not null && k * 3 <= n && Some(symmetric, (int)n, (int)k) is { } some) return some;
        return linalg.eigh(symmetric).Item2.narrow(1, n - k, k);
    }

    static Tensor? Some(Tensor symmetric, int n, int k)
    {
        // Row-major and column-major are the same for a symmetric matrix; the vectors come out as rows.
        var copy = symmetric.clone();
        var vectors = empty([k, n], ScalarType.Float64);
        var values = new double[n];
        var support = new int[2 * k];
        var (found, info, low, high, tolerance, one, last) = (0, 0, 0.0, 0.0, 0.0, n - k + 1, n);
        byte wanted = (byte)'V', range = (byte)'I', half = (byte)'L';
        fixed (double* a = copy.data<double>().AsSpan(), z = vectors.data<double>().AsSpan(), w = values)
        fixed (int* z2 = support)
        {
            var (size, sizes) = (0.0, 0);
            var query = -1;
            Routine(&wanted, &range, &half, &n, a, &n, &low, &high, &one, &last, &tolerance, &found, w, z, &n, z2, &size, &query, &sizes, &query, &info);
            if (info != 0) return null;
            var (length, lengths) = ((int)size, sizes);
            var (work, works) = (new double[length], new int[lengths]);
            fixed (double* d = work)
            fixed (int* i = works)
                Routine(&wanted, &range, &half, &n, a, &n, &low, &high, &one, &last, &tolerance, &found, w, z, &n, z2, d, &length, i, &lengths, &info);
        }
        return info == 0 && found == k ? vectors.mT : null;
    }

    static delegate* unmanaged[Cdecl]<byte*, byte*, byte*, int*, double*, int*, double*, double*, int*, int*, double*, int*, double*, double*, int*, int*, double*, int*, int*, int*, int*, void> Find()
    {
        TorchRuntime.Load();
        return NativeLibrary.TryLoad("liblapack.so.3", out var library) && NativeLibrary.TryGetExport(library, "dsyevr_", out var routine)
            ? (delegate* unmanaged[Cdecl]<byte*, byte*, byte*, int*, double*, int*, double*, double*, int*, int*, double*, int*, double*, double*, int*, int*, double*, int*, int*, int*, int*, void>)routine
            : null;
    }
}
