using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MergeLab.Cli.Commands;

/// <summary>What of the processor matters to the kernels.</summary>
static class Machine
{
    const string LinuxDescription = "/proc/cpuinfo";

    /// <summary>The processor's name where the system tells it, else its architecture.</summary>
    public static string Processor { get; } = Name() ?? RuntimeInformation.ProcessArchitecture.ToString();

    public static IReadOnlyList<string> Features { get; } =
    [
        .. new (string Name, bool Has)[]
        {
            ("avx2", Avx2.IsSupported), ("fma", Fma.IsSupported), ("avx512f", Avx512F.IsSupported), ("avx512bw", Avx512BW.IsSupported), ("avx512dq", Avx512DQ.IsSupported),
            ("avx512vl", Avx512F.VL.IsSupported), ("avx512vbmi", Avx512Vbmi.IsSupported), ("neon", AdvSimd.IsSupported),
        }.Where(f => f.Has).Select(f => f.Name),
    ];

    static string? Name()
    {
        if (!File.Exists(LinuxDescription)) return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        var line = File.ReadLines(LinuxDescription).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
