using System.Runtime.InteropServices;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Tables;
using MergeLab.Tensors;

namespace MergeLab.Cli.Verbs;

/// <summary>What this machine has and lacks, each native part tried out.</summary>
static class DoctorVerb
{
    public static Verb Create() => new("doctor", "Say what this machine has and lacks", "mergelab doctor --json", Run);

    /// <summary>A native part: found or not, what it is, whether it counts right.</summary>
    sealed record Part(string Name, bool Found, string? Version, string? Path, bool? SelfTest, string? Problem, string? Remedy);

    sealed record Blas(string? CoreType, string SetBy);

    sealed record Report(
        string Version, string Runtime, string System, string Processor, int Cores, IReadOnlyList<string> CpuFeatures, long MemoryBytes,
        int TensorThreads, string? CpuCapability, Blas Blas, bool Cuda, int CudaDevices, IReadOnlyList<Part> Parts);

    static ExitCode Run(Invocation invocation)
    {
        TorchDescription? torch = null;
        var tensors = Try("libtorch", () =>
        {
            torch = TorchRuntime.Describe();
            return (torch.Version, torch.Library, TorchRuntime.SelfTest());
        });
        var tables = Try("duckdb", () =>
        {
            var (version, path) = DuckDatabase.Describe();
            DuckDatabase.SelfTest();
            return (version, path, null);
        });
        var core = torch?.BlasCore ?? EnvironmentPolicy.Decide(CpuFeatures.Here, Environment.GetEnvironmentVariable).Single(s => s.Name == EnvironmentPolicy.BlasCoreType);
        var report = new Report(
            VersionAction.Version, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription, Machine.Processor, Environment.ProcessorCount, Machine.Features,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, torch?.Threads ?? 0, torch?.CpuCapability, new Blas(core.Value, core.SetBy), torch?.Cuda ?? false, torch?.CudaDevices ?? 0,
            [tensors, tables]);
        if (invocation.Json) invocation.WriteJson(report);
        else Print(invocation.Out, report);
        return report.Parts.Any(p => !p.Found) ? ExitCode.MachineLacks : report.Parts.Any(p => p.SelfTest == false) ? ExitCode.CheckFailed : ExitCode.Done;
    }

    /// <param name="name">The part.</param>
    /// <param name="probe">Loads it; gives version, path, and what its self-test found wrong.</param>
    static Part Try(string name, Func<(string Version, string Path, string? Wrong)> probe)
    {
        try
        {
            var (version, path, wrong) = probe();
            return new Part(name, true, version, path, wrong is null, wrong, wrong is null ? null : "unset OPENBLAS_CORETYPE, or install the library again");
        }
        catch (ProblemException e)
        {
            var why = e.Problem.Why is { } reason ? $"{e.Problem.What}: {reason}" : e.Problem.What;
            return new Part(name, false, null, null, null, why, e.Problem.Remedy);
        }
    }

    static void Print(TextWriter output, Report report)
    {
        var cuda = report.Cuda ? $"{report.CudaDevices} device(s)" : "none";
        var blas = report.Blas.CoreType is { } type ? $"{type}, set by {report.Blas.SetBy}" : "left to the library";
        Terminal.WriteTable(output, ["mergelab", report.Version],
        [
            ["runtime", report.Runtime],
            ["system", report.System],
            ["processor", $"{report.Processor}, {report.Cores} cores"],
            ["features", string.Join(' ', report.CpuFeatures)],
            ["memory", ByteSize.Format(report.MemoryBytes)],
            ["tensor threads", report.Parts[0].Found ? $"{report.TensorThreads} a process, kernels {report.CpuCapability}" : "-"],
            ["BLAS core type", blas],
            ["CUDA", cuda],
            .. report.Parts.Select(p => (IReadOnlyList<string>)[p.Name, Line(p)]),
        ]);
        foreach (var part in report.Parts.Where(p => p.Remedy is not null)) output.WriteLine($"\n{part.Name}: {part.Problem}\n  fix: {part.Remedy}");
    }

    static string Line(Part part) => part switch
    {
        { Found: false } => "MISSING",
        { SelfTest: false } => $"{part.Version} at {part.Path}, SELF-TEST FAILED",
        _ => $"{part.Version} at {part.Path}, self-test passed",
    };
}
