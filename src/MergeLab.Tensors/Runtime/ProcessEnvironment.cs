using System.Runtime.InteropServices;

namespace MergeLab.Tensors.Runtime;

/// <summary>Applies <see cref="EnvironmentPolicy"/> to this process, once, before libtorch is loaded.</summary>
static partial class ProcessEnvironment
{
    /// <summary>What was applied; before that, what would be.</summary>
    public static IReadOnlyList<EnvironmentSetting> Settings { get; private set; } = EnvironmentPolicy.Decide(CpuFeatures.Here, Environment.GetEnvironmentVariable);

    public static void Apply()
    {
        if (OperatingSystem.IsWindows()) return;
        Settings = EnvironmentPolicy.Decide(CpuFeatures.Here, Environment.GetEnvironmentVariable);
        foreach (var (name, value, setBy) in Settings)
            if (value is not null && (setBy == EnvironmentSetting.Policy || NativeValue(name) != value)) SetNative(name, value);
        TuneMalloc();
    }

    /// <summary>What getenv sees: .NET keeps its own copy of the environment on Unix.</summary>
    public static string? NativeValue(string name) => Marshal.PtrToStringUTF8(GetNative(name));

    /// <summary>
    /// Activations of a training step are freed and asked for again at once; by default glibc gives them back to the kernel in between,
    /// and each step pays the page faults anew (5 to 15 % of a step).
    /// </summary>
    static void TuneMalloc()
    {
        const int trimThreshold = -1, topPad = -2, mmapThreshold = -3;
        if (!OperatingSystem.IsLinux() || !RuntimeInformation.RuntimeIdentifier.StartsWith("linux-", StringComparison.Ordinal) || IsMusl) return;
        if (NativeValue("MALLOC_MMAP_THRESHOLD_") is not null || NativeValue("MALLOC_TRIM_THRESHOLD_") is not null || NativeValue("GLIBC_TUNABLES") is not null) return;
        // Older glibc refuses thresholds above half a heap.
        if (SetMalloc(mmapThreshold, 1 << 30) == 0) _ = SetMalloc(mmapThreshold, 32 << 20);
        _ = SetMalloc(trimThreshold, int.MaxValue);
        _ = SetMalloc(topPad, 64 << 20);
    }

    static bool IsMusl => RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal);

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetNative(string name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNative(string name, string value, int overwrite);

    static void SetNative(string name, string value)
    {
        if (SetNative(name, value, 1) != 0) throw new InvalidOperationException($"setenv refused {name}={value}");
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetMalloc(int parameter, int value);
}
