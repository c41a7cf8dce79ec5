namespace MergeLab.Store;

/// <summary>
/// The numeric runtime of this machine as it enters keys: version of libtorch, its vector instructions, BLAS library and kernels, processor.
/// Versions, not paths.
/// </summary>
public static class NumericRuntime
{
    const string ShimName = "libmergelab_torch.so";

    /// <summary>Set by users to choose libraries and kernels; any change may change results.</summary>
    static readonly string[] Variables =
    [
        EnvironmentPolicy.BlasCoreType, EnvironmentPolicy.Threads, "ATEN_CPU_CAPABILITY", "DNNL_MAX_CPU_ISA", "ONEDNN_MAX_CPU_ISA", "MKL_CBWR",
        "LIBTORCH", "LIBTORCH_USE_PYTORCH", "LD_LIBRARY_PATH", "LD_PRELOAD",
    ];

    /// <summary>What the dynamic loader decides by: its cache, and which BLAS the distribution's alternatives point to.</summary>
    static readonly string[] LoaderFiles = ["/etc/ld.so.cache", "/etc/alternatives"];

    static readonly string[] LibraryNames = ["libtorch", "libc10", "libopenblas", "libblas", "liblapack", "libmkl", "libgomp", "libomp", "libsleef", "libdnnl"];

    /// <summary>The stamp beside the program: <c>artifacts/mergelab/runtime.json</c>.</summary>
    public static string DefaultStamp { get; } = Path.Combine(AppContext.BaseDirectory, "runtime.json");

    /// <summary>From the stamp where it holds; else libtorch is loaded, once, and the stamp written anew.</summary>
    /// <exception cref="Core.Errors.ProblemException">This machine has no libtorch (exit 3).</exception>
    public static string Read(string? stampFile = null)
    {
        var path = stampFile ?? DefaultStamp;
        var conditions = Conditions();
        if (RuntimeStamp.Read(path, conditions) is { } known) return known;
        var loaded = TorchRuntime.Describe();
        var libraries = LoadedLibraries();
        var runtime = Text(loaded, libraries);
        RuntimeStamp.Write(path, conditions, [Shim, loaded.Library, .. libraries, .. LoaderFiles], runtime);
        return runtime;
    }

    static string Text(TorchDescription torch, IReadOnlyList<string> libraries)
    {
        var blas = libraries.Select(Resolved).FirstOrDefault(l => l.StartsWith("libopenblas", StringComparison.Ordinal) || l.StartsWith("libmkl", StringComparison.Ordinal))
            ?? libraries.Select(Resolved).FirstOrDefault(l => l.StartsWith("libblas", StringComparison.Ordinal)) ?? "blas inside libtorch";
        return $"libtorch {torch.Version} {torch.CpuCapability}; {blas} {torch.BlasCore.Value ?? "own choice"}; {Processor()}";
    }

    static string Resolved(string path) => Path.GetFileName(new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path);

    static string Shim { get; } = Path.Combine(AppContext.BaseDirectory, ShimName);

    static string Processor()
    {
        var cpu = CpuFeatures.Here;
        string[] features = [cpu.Architecture.ToString().ToLowerInvariant(), cpu.Avx2 ? "avx2" : "", cpu.Fma ? "fma" : "", cpu.Avx512 ? "avx512" : ""];
        return string.Join(' ', features.Where(f => f.Length > 0));
    }

    static Dictionary<string, string> Conditions()
    {
        var conditions = Variables.ToDictionary(v => v, v => Environment.GetEnvironmentVariable(v) ?? "", StringComparer.Ordinal);
        conditions["processor"] = Processor();
        conditions["shim"] = Shim;
        return conditions;
    }

    /// <summary>Numeric libraries mapped into this process; empty where the system does not tell.</summary>
    static IReadOnlyList<string> LoadedLibraries()
    {
        const string maps = "/proc/self/maps";
        if (!File.Exists(maps)) return [];
        return
        [
            .. File.ReadLines(maps)
                .Select(l => l.IndexOf('/', StringComparison.Ordinal) is var at and >= 0 ? l[at..] : "")
                .Where(p => LibraryNames.Any(n => Path.GetFileName(p).StartsWith(n, StringComparison.Ordinal)) && File.Exists(p))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }
}
