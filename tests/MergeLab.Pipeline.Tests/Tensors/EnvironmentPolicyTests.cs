using System.Runtime.InteropServices;

namespace MergeLab.Pipeline.Tests.Tensors;

public class EnvironmentPolicyTests
{
    static readonly CpuFeatures Old = new(Architecture.X64, Avx2: false, Fma: false, Avx512: false);

    public static TheoryData<CpuFeatures, string?> Processors => new()
    {
        { Old, null },
        { Old with { Avx2 = true }, null },
        { Old with { Avx2 = true, Fma = true }, "Haswell" },
        { Old with { Avx2 = true, Fma = true, Avx512 = true }, "SkylakeX" },
        { Old with { Architecture = Architecture.Arm64 }, null },
    };

    [Theory]
    [MemberData(nameof(Processors))]
    public void Blas_kernels_follow_the_processor(CpuFeatures cpu, string? core)
    {
        var setting = EnvironmentPolicy.Decide(cpu, _ => null).Single(s => s.Name == "OPENBLAS_CORETYPE");
        Assert.Equal(core, setting.Value);
        Assert.Equal(core is null ? "nobody" : "mergelab", setting.SetBy);
    }

    [Fact]
    public void What_the_user_set_stays_and_is_told_apart()
    {
        var environment = new Dictionary<string, string?> { ["OPENBLAS_CORETYPE"] = "Zen", ["OMP_NUM_THREADS"] = "4", ["OMP_WAIT_POLICY"] = "" };
        var settings = EnvironmentPolicy.Decide(Old with { Avx512 = true }, environment.GetValueOrDefault);
        Assert.Equal(
            [new("OPENBLAS_CORETYPE", "Zen", "environment"), new("OMP_NUM_THREADS", "4", "environment"), new("OMP_WAIT_POLICY", "PASSIVE", "mergelab")],
            settings);
    }

    [Fact]
    public void The_description_says_what_runs()
    {
        var torch = TorchRuntime.Describe();
        Assert.Matches(@"^\d+\.\d+", torch.Version);
        Assert.True(File.Exists(torch.Library), torch.Library);
        Assert.Contains("libtorch", Path.GetFileName(torch.Library), StringComparison.Ordinal);
        Assert.NotEqual("unknown", torch.CpuCapability);
        Assert.Equal(torch.CudaDevices > 0, cuda.is_available());
        Assert.Equal(Environment.GetEnvironmentVariable("OPENBLAS_CORETYPE") is null ? "mergelab" : "environment", torch.BlasCore.SetBy);
        Assert.True(TorchRuntime.IsLoaded);
    }

    [Fact]
    public void Native_libraries_see_the_settings()
    {
        TorchRuntime.Load();
        foreach (var setting in TorchRuntime.Describe().Settings)
            Assert.Equal(setting.Value, MergeLab.Tensors.Runtime.ProcessEnvironment.NativeValue(setting.Name));
    }
}
