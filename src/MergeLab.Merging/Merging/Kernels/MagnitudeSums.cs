using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MergeLab.Merging.Draws;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Kernels;

/// <summary>
/// Σ |x| and Σ |x| of what stays, of pairs of neighbours. A few additions are made in float before a sum goes on in double: what they lose
/// is far below what the ratio of two such sums is rounded to.
/// </summary>
struct MagnitudeSums
{
    /// <summary>Most additions between two calls of <see cref="Finish"/>.</summary>
    public const int Additions = 16;

    Vector512<float> whole0;
    Vector512<float> whole1;
    Vector512<float> kept0;
    Vector512<float> kept1;

    /// <param name="even">Elements 0, 2, 4, …</param>
    /// <param name="odd">Elements 1, 3, 5, …</param>
    /// <param name="keep">In the order of elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector512<float> even, Vector512<float> odd, Vector512<ushort> keep)
    {
        var (x0, x1) = (Vector512.Abs(even), Vector512.Abs(odd));
        whole0 += x0;
        whole1 += x1;
        kept0 += x0 & ((keep.AsInt32() << 16) >> 16).AsSingle();
        kept1 += x1 & (keep.AsInt32() >> 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Finish(ref double whole, ref double kept)
    {
        whole += Sum(whole0, whole1);
        kept += Sum(kept0, kept1);
    }

    static double Sum(Vector512<float> a, Vector512<float> b)
    {
        var ((a0, a1), (b0, b1)) = (Vector512.Widen(a), Vector512.Widen(b));
        return Vector512.Sum(a0 + a1 + (b0 + b1));
    }
}

/// <summary>These sums of task vectors straight from stored elements of 16 bits.</summary>
/// <param name="draws">For each row what stays.</param>
/// <param name="whole">Receives Σ |x| of each row.</param>
/// <param name="kept">Receives what stays of it.</param>
readonly unsafe struct StoredMagnitudes(KeepDraws* draws, double* whole, double* kept) : IFusedLoop
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Run<TStored>(in StoredBlock block) where TStored : struct, IStoredFloats
    {
        var basis = block.Base;
        var length = block.Length;
        var seen = Vector512<uint>.Zero;
        for (var i = 0; i < block.Count; i++)
        {
            var from = block.Inputs[i];
            var keep = draws[i];
            var (all, rest) = (0.0, 0.0);
            for (var e = 0; e < length;)
            {
                var sums = new MagnitudeSums();
                var end = Math.Min(length, e + MagnitudeSums.Additions * RowKernels.Lanes);
                for (; e < end; e += RowKernels.Lanes)
                {
                    var at = e * TStored.Size;
                    FusedSum.Prefetch<TStored>(from + at);
                    seen = TStored.Look(TStored.Look(seen, from + at), basis + at);
                    var (base0, base1) = TStored.LoadSplit(basis + at);
                    var (x0, x1) = TStored.LoadSplit(from + at);
                    sums.Add(x0 - base0, x1 - base1, keep.Keep(KeepDraws.Counters(block.First + e)));
                }
                sums.Finish(ref all, ref rest);
            }
            (whole[i], kept[i]) = (all, rest);
        }
        return TStored.Finite(seen);
    }
}
