using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Kernels;

/// <summary>
/// base + Σ w_i·row_i of task vectors, or Σ w_i·x_i without a base, over a divisor and times a factor: all streams side by side in one loop, so
/// that arithmetic hides behind memory. Operations and their order are those of rows in cache.
/// </summary>
readonly unsafe struct FusedSum<TRows>(TRows rows, float[] weights, float divisor, float factor) : IFusedLoop where TRows : struct, IStoredRows
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Run<TStored>(in StoredBlock block) where TStored : struct, IStoredFloats
    {
        var count = block.Count;
        var inputs = block.Inputs;
        var basis = block.Base;
        var output = block.Output;
        var thinned = rows;
        var element = block.First;
        var seen = Vector512<uint>.Zero;
        var (divides, multiplies) = (divisor != 1, factor != 1);
        var (divisors, factors) = (Vector512.Create(divisor), Vector512.Create(factor));
        Vector512<float> odd0 = default, odd1 = default, base0 = default, base1 = default;
        var bytes = (nint)block.Length * TStored.Size;
        fixed (float* w = weights)
        {
            for (nint at = 0; at < bytes; at += RowKernels.Lanes * TStored.Size, element += RowKernels.Lanes)
            {
                if (basis != null)
                {
                    FusedSum.Prefetch<TStored>(basis + at);
                    (base0, base1) = TStored.LoadSplit(basis + at);
                    if (TRows.Drops) seen = TStored.Look(seen, basis + at);
                }
                var place = thinned.Place(element);
                Vector512<float> sum0 = default, sum1 = default;
                for (var i = 0; i < count; i++)
                {
                    var from = inputs[i] + at;
                    FusedSum.Prefetch<TStored>(from);
                    if (TRows.Drops) seen = TStored.Look(seen, from);
                    var (x0, x1) = thinned.Load<TStored>(i, from, basis == null ? null : basis + at, base0, base1, place);
                    var weight = Vector512.Create(w[i]);
                    sum0 += x0 * weight;
                    sum1 += x1 * weight;
                }
                // 0·x is 0 for finite x and NaN for all others; whatever is not finite in an input is not in the sum.
                odd0 = Vector512.FusedMultiplyAdd(sum0, Vector512<float>.Zero, odd0);
                odd1 = Vector512.FusedMultiplyAdd(sum1, Vector512<float>.Zero, odd1);
                if (divides)
                {
                    sum0 /= divisors;
                    sum1 /= divisors;
                }
                if (multiplies)
                {
                    sum0 *= factors;
                    sum1 *= factors;
                }
                if (basis != null)
                {
                    sum0 += base0;
                    sum1 += base1;
                }
                TStored.StoreSplit(output + at, sum0, sum1);
            }
        }
        return Vector512.EqualsAll(odd0 + odd1, Vector512<float>.Zero) && TStored.Finite(seen);
    }
}

/// <summary>What fused loops share.</summary>
static unsafe class FusedSum
{
    // Hardware look-ahead stops at the end of a page; this is what helped most of 0.5 to 4 KB.
    const int AheadBytes = 1536;

    /// <summary>Asks for what a loop comes to a little later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch<TStored>(byte* from) where TStored : struct, IStoredFloats
    {
        if (!Sse.IsSupported) return;
        Sse.Prefetch0(from + AheadBytes);
        if (TStored.Size > 2) Sse.Prefetch0(from + AheadBytes + 64);
    }
}
