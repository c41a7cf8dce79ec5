using System.Runtime.InteropServices;

namespace MergeLab.Tensors;

/// <summary>One environment variable as native libraries see it, and who set it.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Value">Its value; null when nobody sets it and the library decides.</param>
/// <param name="SetBy">"environment", "mergelab", or "nobody".</param>
public sealed record EnvironmentSetting(string Name, string? Value, string SetBy)
{
    public const string Environment = "environment";
    public const string Policy = "mergelab";
    public const string Nobody = "nobody";
}

/// <summary>
/// The settings that the numeric libraries read while they are loaded. What the environment sets already stays.
/// </summary>
public static class EnvironmentPolicy
{
    public const string BlasCoreType = "OPENBLAS_CORETYPE";
    public const string Threads = "OMP_NUM_THREADS";
    public const string WaitPolicy = "OMP_WAIT_POLICY";

    /// <summary>A pure function of the processor and the environment.</summary>
    public static IReadOnlyList<EnvironmentSetting> Decide(CpuFeatures cpu, Func<string, string?> environment)
    {
        return
        [
            // OpenBLAS up to 0.3.24 takes newer processors for a Prescott: 3 to 5 times slower.
            Choose(BlasCoreType, CoreType(cpu)),
            // One thread a process: the same bytes everywhere, and two processes use two cores better than one process with two threads.
            Choose(Threads, "1"),
            // Who asks for more threads may share the cores: spinning waits then cost whole scheduler slices.
            Choose(WaitPolicy, "PASSIVE"),
        ];

        EnvironmentSetting Choose(string name, string? value) =>
            environment(name) is { Length: > 0 } set ? new(name, set, EnvironmentSetting.Environment)
            : new(name, value, value is null ? EnvironmentSetting.Nobody : EnvironmentSetting.Policy);
    }

    static string? CoreType(CpuFeatures cpu) => cpu switch
    {
        { Architecture: not Architecture.X64 } => null,
        { Avx512: true } => "SkylakeX",
        { Avx2: true, Fma: true } => "Haswell",
        _ => null,
    };
}
