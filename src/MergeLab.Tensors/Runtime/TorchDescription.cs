namespace MergeLab.Tensors;

/// <summary>The libtorch that runs, for <c>doctor</c> and for a stage's key.</summary>
/// <param name="Version">Of the headers that the shim was compiled with, such as 1.13.0.</param>
/// <param name="Library">The file that libtorch was loaded from.</param>
/// <param name="BlasCore">OpenBLAS kernels asked for, and by whom.</param>
/// <param name="Settings">All environment settings, <paramref name="BlasCore"/> among them.</param>
/// <param name="Threads">Intra-op threads.</param>
/// <param name="CpuCapability">libtorch's own kernels: DEFAULT, AVX2, AVX512, …</param>
/// <param name="CudaDevices">0 where there is no CUDA.</param>
public sealed record TorchDescription(
    string Version,
    string Library,
    EnvironmentSetting BlasCore,
    IReadOnlyList<EnvironmentSetting> Settings,
    int Threads,
    string CpuCapability,
    int CudaDevices)
{
    public bool Cuda => CudaDevices > 0;
}
