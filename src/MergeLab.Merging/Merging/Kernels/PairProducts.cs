using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeLab.Merging.Kernels;

/// <summary>
/// Products of all pairs of the rows of a block, in float64. Lanes are eight wide on every processor and end in one fixed order, so that bits
/// are the same everywhere.
/// </summary>
static unsafe class PairProducts
{
    const int Lanes = 8;
    const int Tile = 4; // 4×4 pairs: sixteen sums and eight operands in 32 registers

    [ThreadStatic]
    static double[]? scratch;

    /// <summary>Room for a row: a multiple of the lanes, and no power of two.</summary>
    public static int Stride(int length) => ((length + Lanes - 1) / Lanes | 1) * Lanes;

    /// <summary>Memory of this thread, in whatever state.</summary>
    public static double* Scratch(int elements)
    {
        if (scratch is null || scratch.Length < elements + Lanes) scratch = GC.AllocateUninitializedArray<double>(elements + Lanes, pinned: true);
        return (double*)(((nuint)Unsafe.AsPointer(ref scratch[0]) + 63) & ~(nuint)63);
    }

    /// <summary>a − b, exact.</summary>
    public static void Differences(ReadOnlySpan<float> a, ReadOnlySpan<float> b, double* to)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        var e = 0;
        for (; e <= a.Length - 2 * Lanes; e += 2 * Lanes)
        {
            var (a0, a1) = Vector512.Widen(Vector512.LoadUnsafe(ref x, (nuint)e));
            var (b0, b1) = Vector512.Widen(Vector512.LoadUnsafe(ref y, (nuint)e));
            (a0 - b0).Store(to + e);
            (a1 - b1).Store(to + e + Lanes);
        }
        for (; e < a.Length; e++) to[e] = (double)a[e] - b[e];
    }

    /// <summary>(a − b)·factor, scaled first: a difference of finite numbers may overflow.</summary>
    public static void Differences(ReadOnlySpan<double> a, ReadOnlySpan<double> b, double factor, double* to)
    {
        for (var e = 0; e < a.Length; e++) to[e] = a[e] * factor - b[e] * factor;
    }

    /// <summary>Rows are taken in groups: how many there must be, further ones being zero.</summary>
    public static int Rows(int count) => (count + Tile - 1) / Tile * Tile;

    /// <summary>Adds ⟨row i, row j⟩ for j ≤ i to sums[i·count + j].</summary>
    /// <param name="rows">Rows of <paramref name="stride"/> elements, filled up with zeros.</param>
    /// <param name="count">A number that <see cref="Rows"/> gave.</param>
    public static void Add(double* rows, int count, int stride, double* sums)
    {
        for (var i = 0; i < count; i += Tile)
        {
            for (var j = 0; j < i; j += Tile) AddTile(rows + i * stride, rows + j * stride, stride, sums + i * count + j, count);
            AddTriangle(rows + i * stride, stride, sums + i * count + i, count);
        }
    }

    /// <summary>A tile on the diagonal, of which half is the other half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddTriangle(double* a, int stride, double* sums, int count)
    {
        double* a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride;
        Vector512<double> s00 = default, s10 = default, s11 = default, s20 = default, s21 = default, s22 = default, s30 = default, s31 = default, s32 = default, s33 = default;
        for (var e = 0; e < stride; e += Lanes)
        {
            var (x0, x1, x2, x3) = (Vector512.Load(a + e), Vector512.Load(a1 + e), Vector512.Load(a2 + e), Vector512.Load(a3 + e));
            s00 = Vector512.FusedMultiplyAdd(x0, x0, s00);
            s10 = Vector512.FusedMultiplyAdd(x1, x0, s10);
            s11 = Vector512.FusedMultiplyAdd(x1, x1, s11);
            s20 = Vector512.FusedMultiplyAdd(x2, x0, s20);
            s21 = Vector512.FusedMultiplyAdd(x2, x1, s21);
            s22 = Vector512.FusedMultiplyAdd(x2, x2, s22);
            s30 = Vector512.FusedMultiplyAdd(x3, x0, s30);
            s31 = Vector512.FusedMultiplyAdd(x3, x1, s31);
            s32 = Vector512.FusedMultiplyAdd(x3, x2, s32);
            s33 = Vector512.FusedMultiplyAdd(x3, x3, s33);
        }
        Put(sums, s00, default, default, default);
        Put(sums + count, s10, s11, default, default);
        Put(sums + 2 * count, s20, s21, s22, default);
        Put(sums + 3 * count, s30, s31, s32, s33);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddTile(double* a, double* b, int stride, double* sums, int count)
    {
        double* a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride, b1 = b + stride, b2 = b1 + stride, b3 = b2 + stride;
        Vector512<double> s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        Vector512<double> s20 = default, s21 = default, s22 = default, s23 = default, s30 = default, s31 = default, s32 = default, s33 = default;
        for (var e = 0; e < stride; e += Lanes)
        {
            var (x0, x1, x2, x3) = (Vector512.Load(b + e), Vector512.Load(b1 + e), Vector512.Load(b2 + e), Vector512.Load(b3 + e));
            var row = Vector512.Load(a + e);
            s00 = Vector512.FusedMultiplyAdd(row, x0, s00);
            s01 = Vector512.FusedMultiplyAdd(row, x1, s01);
            s02 = Vector512.FusedMultiplyAdd(row, x2, s02);
            s03 = Vector512.FusedMultiplyAdd(row, x3, s03);
            row = Vector512.Load(a1 + e);
            s10 = Vector512.FusedMultiplyAdd(row, x0, s10);
            s11 = Vector512.FusedMultiplyAdd(row, x1, s11);
            s12 = Vector512.FusedMultiplyAdd(row, x2, s12);
            s13 = Vector512.FusedMultiplyAdd(row, x3, s13);
            row = Vector512.Load(a2 + e);
            s20 = Vector512.FusedMultiplyAdd(row, x0, s20);
            s21 = Vector512.FusedMultiplyAdd(row, x1, s21);
            s22 = Vector512.FusedMultiplyAdd(row, x2, s22);
            s23 = Vector512.FusedMultiplyAdd(row, x3, s23);
            row = Vector512.Load(a3 + e);
            s30 = Vector512.FusedMultiplyAdd(row, x0, s30);
            s31 = Vector512.FusedMultiplyAdd(row, x1, s31);
            s32 = Vector512.FusedMultiplyAdd(row, x2, s32);
            s33 = Vector512.FusedMultiplyAdd(row, x3, s33);
        }
        Put(sums, s00, s01, s02, s03);
        Put(sums + count, s10, s11, s12, s13);
        Put(sums + 2 * count, s20, s21, s22, s23);
        Put(sums + 3 * count, s30, s31, s32, s33);
    }

    static void Put(double* sums, Vector512<double> s0, Vector512<double> s1, Vector512<double> s2, Vector512<double> s3)
    {
        sums[0] += Finish(s0);
        sums[1] += Finish(s1);
        sums[2] += Finish(s2);
        sums[3] += Finish(s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static double Finish(Vector512<double> sum)
    {
        var four = sum.GetLower() + sum.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return two.ToScalar() + two[1];
    }
}
