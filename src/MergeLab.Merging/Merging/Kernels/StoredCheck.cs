using System.Runtime.Intrinsics;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Kernels;

/// <summary>Whether the base is finite; asks for what of it comes next.</summary>
readonly unsafe struct StoredCheck : IFusedLoop
{
    public bool Run<TStored>(in StoredBlock block) where TStored : struct, IStoredFloats
    {
        var basis = block.Base;
        var bytes = (nint)block.Length * TStored.Size;
        var seen = Vector512<uint>.Zero;
        for (nint at = 0; at < bytes; at += RowKernels.Lanes * TStored.Size)
        {
            FusedSum.Prefetch<TStored>(basis + at);
            seen = TStored.Look(seen, basis + at);
        }
        return TStored.Finite(seen);
    }
}
