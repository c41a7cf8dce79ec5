using System.Diagnostics;
using MergeLab.Core.Errors;
using MergeLab.Tensors.Native;

namespace MergeLab.Pipeline.Tests.Tensors;

public class MissingLibtorchTests
{
    static string Script { get; } = Path.Combine(Repository.Root, "build", "native", "locate-libtorch.sh");

    [Fact]
    public void Without_a_shim_the_error_says_how_to_get_libtorch()
    {
        using var folder = new ScratchFolder();
        var problem = Assert.Throws<ProblemException>(() => ShimLoader.Locate([folder.Path])).Problem;
        Assert.Equal(ExitCode.MachineLacks, problem.Exit);
        Assert.Contains(folder.Path, problem.Why, StringComparison.Ordinal);
        Assert.Contains("apt-get install libtorch-dev libopenblas0-openmp", problem.Remedy, StringComparison.Ordinal);
        Assert.Contains("LIBTORCH", problem.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shim_that_cannot_be_loaded_is_a_lack_not_a_crash()
    {
        using var folder = new ScratchFolder();
        var path = folder.Write("libmergelab_torch.so", "not a library");
        Assert.Equal(path, ShimLoader.Locate(["/nowhere", folder.Path]));
        Assert.Equal(ExitCode.MachineLacks, Assert.Throws<ProblemException>(() => ShimLoader.Open(path)).Problem.Exit);
    }

    [Fact]
    public void The_search_reports_a_folder_that_holds_no_libtorch()
    {
        using var folder = new ScratchFolder();
        var (exit, output, error) = Locate(("LIBTORCH", folder.Path));
        Assert.Equal(3, exit);
        Assert.Equal("", output);
        Assert.Contains(folder.Path, error, StringComparison.Ordinal);
        Assert.Contains("apt-get install libtorch-dev", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_search_takes_an_unpacked_libtorch_with_its_version()
    {
        using var folder = new ScratchFolder();
        folder.Write("include/torch/csrc/api/include/torch/version.h", "#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 10\n#define TORCH_VERSION_PATCH 1\n");
        Assert.Equal(3, Locate(("LIBTORCH", folder.Path)).Exit);
        folder.Write("lib/libtorch_cpu.so", "");
        var (exit, output, _) = Locate(("LIBTORCH", folder.Path));
        Assert.Equal(0, exit);
        Assert.Equal(
            ["SOURCE=LIBTORCH", $"INCLUDE={folder.Path}/include:{folder.Path}/include/torch/csrc/api/include", $"LIB={folder.Path}/lib", "VERSION=2.10.1", "CXX11_ABI=1"],
            output.TrimEnd().Split('\n'));

        using var elsewhere = new ScratchFolder();
        elsewhere.Write("libtorch_cpu.so", "");
        Assert.Contains($"LIB={elsewhere.Path}\n", Locate(("LIBTORCH", folder.Path), ("LIBTORCH_LIB", elsewhere.Path)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_search_reports_a_python_without_torch()
    {
        var (exit, _, error) = Locate(("LIBTORCH_USE_PYTORCH", "1"), ("PYTHON", "no-such-python"));
        Assert.Equal(3, exit);
        Assert.Contains("no-such-python cannot import torch", error, StringComparison.Ordinal);
    }

    static (int Exit, string Output, string Error) Locate(params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("sh", [Script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "LIBTORCH", "LIBTORCH_INCLUDE", "LIBTORCH_LIB", "LIBTORCH_USE_PYTORCH", "LIBTORCH_CXX11_ABI" }) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
