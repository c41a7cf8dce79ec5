using System.Globalization;
using System.Runtime.InteropServices;
using MergeLab.Tensors.Native;
using MergeLab.Tensors.Runtime;

namespace MergeLab.Tensors;

/// <summary>The native library as a whole: whether it is there, what it is, and that it counts right.</summary>
public static class TorchRuntime
{
    const string CapabilityLine = "CPU capability usage:";

    /// <summary>Whether a tensor operation has loaded libtorch into this process.</summary>
    public static bool IsLoaded => ShimLoader.IsLoaded;

    /// <summary>Tensor handles that managed code owns; a test that leaks none leaves it as it was. 0 before anything is loaded.</summary>
    public static long LiveHandles => IsLoaded ? Shim.ts_live_handles() : 0;

    internal static string Version => Text(Shim.ts_version());

    /// <summary>Loads libtorch now. Throws ProblemException (exit 3) with the remedy when the machine has none.</summary>
    public static void Load() => ShimLoader.EnsureLoaded();

    /// <summary>Loads libtorch and says what it is. Throws ProblemException (exit 3) when the machine has none.</summary>
    public static TorchDescription Describe()
    {
        Load();
        var settings = ProcessEnvironment.Settings;
        return new TorchDescription(
            Version,
            Text(Shim.ts_library()),
            settings.Single(s => s.Name == EnvironmentPolicy.BlasCoreType),
            settings,
            Shim.ts_threads(),
            Capability(Text(Shim.ts_config())),
            Shim.ts_cuda_devices());
    }

    /// <summary>
    /// A product and a singular value decomposition with known results, on the CPU.
    /// Null when both are right, else what is wrong; a failure means BLAS or LAPACK kernels that do not fit the processor.
    /// </summary>
    public static string? SelfTest()
    {
        const int size = 96;
        using var scope = torch.NewDisposeScope();
        using var mode = torch.no_grad();
        // (i, j) -> ((i + j) mod 7) · ((j + k) mod 7) summed over j: whole numbers below 2^24, so the float32 product is exact.
        var index = torch.arange(size, torch.ScalarType.Int64);
        var a = index.unsqueeze(0).add(index.unsqueeze(1)).remainder(7).to(torch.ScalarType.Float32);
        var product = a.matmul(a).data<float>().ToArray();
        for (var i = 0; i < size; i++)
            for (var k = 0; k < size; k++)
            {
                var exact = 0;
                for (var j = 0; j < size; j++) exact += (i + j) % 7 * ((j + k) % 7);
                if (product[i * size + k] != exact)
                    return string.Create(CultureInfo.InvariantCulture, $"matmul: element ({i}, {k}) is {product[i * size + k]}, not {exact}");
            }
        // diag(1 … 8) between two reflections I - 2vvᵀ/vᵀv has the singular values 8 … 1.
        var v = torch.ones([8, 1], torch.ScalarType.Float64);
        var reflection = torch.eye(8, torch.ScalarType.Float64) - v.matmul(v.t()) * 0.25;
        var matrix = reflection.matmul(torch.diag(torch.arange(1, 9, torch.ScalarType.Float64))).matmul(reflection);
        var singular = torch.linalg.svd(matrix).S.data<double>().ToArray();
        for (var i = 0; i < 8; i++)
            if (Math.Abs(singular[i] - (8 - i)) > 1e-12)
                return string.Create(CultureInfo.InvariantCulture, $"svd: singular value {i} is {singular[i]}, not {8 - i}");
        return null;
    }

    internal static void AfterLoad()
    {
        var asked = ProcessEnvironment.NativeValue(EnvironmentPolicy.Threads)?.Split(',')[0];
        _ = Shim.ts_set_threads(int.TryParse(asked, CultureInfo.InvariantCulture, out var threads) && threads > 0 ? threads : 1);
    }

    internal static void Check(int result, string what)
    {
        if (result < 0) throw new TorchException(Shim.LastError, what);
    }

    static string Capability(string config) =>
        config.Split('\n').Select(l => l.Trim(' ', '-')).FirstOrDefault(l => l.StartsWith(CapabilityLine, StringComparison.Ordinal)) is { } line
            ? line[CapabilityLine.Length..].Trim() : "unknown";

    static string Text(nint utf8) => Marshal.PtrToStringUTF8(utf8) ?? "";
}
