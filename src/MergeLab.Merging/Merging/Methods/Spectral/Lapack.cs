using System.Runtime.InteropServices;

namespace MergeLab.Merging.Methods.Spectral;

/// <summary>
/// Two routines of LAPACK and BLAS that libtorch does not offer: half of a product A·Aᵀ, and some eigenvectors of a symmetric matrix, a third
/// of the price of all. They are taken from the libraries that Debian's libtorch itself runs on; where they are inside libtorch
/// (PyTorch's own builds) there is no way to them.
/// </summary>
static unsafe class Lapack
{
    const string Blas = "libblas.so.3";
    const string Library = "liblapack.so.3";

    public static bool IsThere { get; } = Find();

    /// <summary>The lower half of M·Mᵀ, or of Mᵀ·M, all in column-major order.</summary>
    /// <param name="matrix">M, rows × columns.</param>
    /// <param name="rows">Its height.</param>
    /// <param name="columns">Its width.</param>
    /// <param name="ofRows">M·Mᵀ.</param>
    /// <param name="gram">Receives it; the other half is left alone.</param>
    public static void Gram(double* matrix, int rows, int columns, bool ofRows, double* gram)
    {
        byte half = (byte)'L', transposed = (byte)(ofRows ? 'N' : 'T');
        var (side, inner) = ofRows ? (rows, columns) : (columns, rows);
        var (alpha, beta) = (1.0, 0.0);
        dsyrk_(&half, &transposed, &side, &inner, &alpha, matrix, &rows, &beta, gram, &side);
    }

    /// <summary>Eigenvectors of the k largest eigenvalues, one after the other, ascending.</summary>
    /// <param name="symmetric">n × n, of which the lower half is read; overwritten.</param>
    /// <param name="n">Its side.</param>
    /// <param name="k">How many.</param>
    /// <param name="vectors">Receives k·n entries.</param>
    /// <returns>Whether all were found.</returns>
    public static bool LargestEigenvectors(double* symmetric, int n, int k, double* vectors)
    {
        var (found, info, low, high, tolerance, first, last, query) = (0, 0, 0.0, 0.0, 0.0, n - k + 1, n, -1);
        byte wanted = (byte)'V', range = (byte)'I', half = (byte)'L';
        var (values, support) = (new double[n], new int[2 * k]);
        fixed (double* w = values)
        fixed (int* z = support)
        {
            var (size, sizes) = (0.0, 0);
            dsyevr_(&wanted, &range, &half, &n, symmetric, &n, &low, &high, &first, &last, &tolerance, &found, w, vectors, &n, z, &size, &query, &sizes, &query, &info);
            if (info != 0) return false;
            var (work, works) = (new double[(int)size], new int[sizes]);
            var (length, lengths) = (work.Length, works.Length);
            fixed (double* d = work)
            fixed (int* i = works)
                dsyevr_(&wanted, &range, &half, &n, symmetric, &n, &low, &high, &first, &last, &tolerance, &found, w, vectors, &n, z, d, &length, i, &lengths, &info);
        }
        return info == 0 && found == k;
    }

    static bool Find()
    {
        // libtorch first: it brings its own BLAS into the process, with the settings that were made for it.
        TorchRuntime.Load();
        return NativeLibrary.TryLoad(Blas, out var blas) && NativeLibrary.TryGetExport(blas, nameof(dsyrk_), out _)
            && NativeLibrary.TryLoad(Library, out var lapack) && NativeLibrary.TryGetExport(lapack, nameof(dsyevr_), out _);
    }

    [DllImport(Blas, CallingConvention = CallingConvention.Cdecl)]
    static extern void dsyrk_(byte* uplo, byte* trans, int* n, int* k, double* alpha, double* a, int* lda, double* beta, double* c, int* ldc);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    static extern void dsyevr_(
        byte* jobz, byte* range, byte* uplo, int* n, double* a, int* lda, double* vl, double* vu, int* il, int* iu, double* abstol, int* m, double* w,
        double* z, int* ldz, int* isuppz, double* work, int* lwork, int* iwork, int* liwork, int* info);
}
