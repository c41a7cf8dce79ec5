using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Kernels;

/// <summary>
/// Task vectors minus one of them, τ_i − τ_o, in float64 straight from stored elements: each τ is rounded to float as rows of a block are.
/// </summary>
/// <param name="others">Which inputs get a row.</param>
/// <param name="origin">o.</param>
/// <param name="rows">Room for the rows.</param>
/// <param name="stride">Elements from row to row.</param>
/// <param name="originRow">Room for τ_o.</param>
/// <param name="baseRow">Room for the base.</param>
readonly unsafe struct StoredDifferences(int[] others, int origin, double* rows, int stride, double* originRow, float* baseRow) : IFusedLoop
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Run<TStored>(in StoredBlock block) where TStored : struct, IStoredFloats
    {
        var from = block.Inputs[origin];
        var basis = block.Base;
        var length = block.Length;
        var seen = Vector512<uint>.Zero;
        for (var e = 0; e < length; e += RowKernels.Lanes)
        {
            var at = e * TStored.Size;
            FusedSum.Prefetch<TStored>(basis + at);
            FusedSum.Prefetch<TStored>(from + at);
            seen = TStored.Look(TStored.Look(seen, basis + at), from + at);
            var (base0, base1) = TStored.Load(basis + at);
            var (x0, x1) = TStored.Load(from + at);
            base0.Store(baseRow + e);
            base1.Store(baseRow + e + 16);
            Put(x0 - base0, default, default, originRow + e);
            Put(x1 - base1, default, default, originRow + e + 16);
        }
        for (var i = 0; i < others.Length; i++)
        {
            from = block.Inputs[others[i]];
            var to = rows + i * stride;
            for (var e = 0; e < length; e += RowKernels.Lanes)
            {
                var at = e * TStored.Size;
                FusedSum.Prefetch<TStored>(from + at);
                seen = TStored.Look(seen, from + at);
                var (x0, x1) = TStored.Load(from + at);
                Put(x0 - Vector512.Load(baseRow + e), Vector512.Load(originRow + e), Vector512.Load(originRow + e + 8), to + e);
                Put(x1 - Vector512.Load(baseRow + e + 16), Vector512.Load(originRow + e + 16), Vector512.Load(originRow + e + 24), to + e + 16);
            }
        }
        return TStored.Finite(seen);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(Vector512<float> x, Vector512<double> origin0, Vector512<double> origin1, double* to)
    {
        var (x0, x1) = Vector512.Widen(x);
        (x0 - origin0).Store(to);
        (x1 - origin1).Store(to + 8);
    }
}
