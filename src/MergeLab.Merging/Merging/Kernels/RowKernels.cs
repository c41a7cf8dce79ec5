using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MergeLab.Merging.Kernels;

/// <summary>Loops over one row of a block: widening from stored bytes, subtraction, and whether all of it is finite.</summary>
static unsafe class RowKernels
{
    /// <summary>Rows may be written up to a multiple of this.</summary>
    public const int Lanes = 32;

    /// <summary>
    /// Widens elements, minus those of the base where there is one. Rows lie in cache, stored elements do not: the line a block ahead is asked for early,
    /// since hardware stops its own look-ahead at the end of a page.
    /// </summary>
    /// <param name="from">First stored element.</param>
    /// <param name="basis">What to subtract; null for nothing.</param>
    /// <param name="to">The row, with room up to a multiple of <see cref="Lanes"/>.</param>
    /// <param name="count">Elements.</param>
    /// <returns>Whether every result is finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Widen<TStored>(byte* from, float* basis, float* to, int count) where TStored : struct, IStoredFloats
    {
        // 0·x is 0 for finite x and NaN for all others, and a sum keeps a NaN.
        var odd0 = Vector512<float>.Zero;
        var odd1 = Vector512<float>.Zero;
        var ahead = count * TStored.Size;
        var i = 0;
        for (; i <= count - Lanes; i += Lanes, from += Lanes * TStored.Size)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(from + ahead);
                if (TStored.Size > 2) Sse.Prefetch0(from + ahead + 64);
            }
            var (low, high) = TStored.Load(from);
            if (basis != null)
            {
                low -= Vector512.Load(basis + i);
                high -= Vector512.Load(basis + i + 16);
            }
            low.Store(to + i);
            high.Store(to + i + 16);
            odd0 = Vector512.FusedMultiplyAdd(low, Vector512<float>.Zero, odd0);
            odd1 = Vector512.FusedMultiplyAdd(high, Vector512<float>.Zero, odd1);
        }
        if (i < count)
        {
            // The last elements may be the last of the file: nothing behind them may be read.
            var rest = stackalloc byte[Lanes * 4];
            new Span<byte>(rest, Lanes * 4).Clear();
            Unsafe.CopyBlockUnaligned(rest, from, (uint)((count - i) * TStored.Size));
            var (low, high) = TStored.Load(rest);
            var values = stackalloc float[Lanes];
            low.Store(values);
            high.Store(values + 16);
            for (var e = 0; i < count; e++, i++)
            {
                to[i] = basis == null ? values[e] : values[e] - basis[i];
                odd0 += Vector512.CreateScalar(to[i] * 0);
            }
        }
        return Vector512.EqualsAll(odd0 + odd1, Vector512<float>.Zero);
    }

    /// <summary>Subtracts the base from a row, where there is one; returns whether every result is finite.</summary>
    public static bool Subtract<T>(T* row, T* basis, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var odd = Vector512<T>.Zero;
        var i = 0;
        for (; i <= count - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            var value = Vector512.Load(row + i);
            if (basis != null)
            {
                value -= Vector512.Load(basis + i);
                value.Store(row + i);
            }
            odd += value * Vector512<T>.Zero;
        }
        for (; i < count; i++)
        {
            if (basis != null) row[i] -= basis[i];
            odd += Vector512.CreateScalar(row[i] * T.Zero);
        }
        return Vector512.EqualsAll(odd, Vector512<T>.Zero);
    }
}
