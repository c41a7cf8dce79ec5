using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace MergeLab.Tensors;

/// <summary>What of the processor decides which BLAS kernels fit.</summary>
public sealed record CpuFeatures(Architecture Architecture, bool Avx2, bool Fma, bool Avx512)
{
    /// <summary>This machine. AVX-512 means the set that OpenBLAS' SkylakeX kernels use: F, BW, DQ, CD, VL.</summary>
    public static CpuFeatures Here { get; } = new(
        RuntimeInformation.ProcessArchitecture,
        System.Runtime.Intrinsics.X86.Avx2.IsSupported,
        System.Runtime.Intrinsics.X86.Fma.IsSupported,
        Avx512F.VL.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512CD.IsSupported);
}
