using System.Diagnostics;

namespace MergeLab.Cli.Tests.Targets;

/// <summary>What build.sh says on machines that lack something. Each runs a copy, so that this clone's set-up is not used.</summary>
public sealed class BuildScriptTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public BuildScriptTests()
    {
        string[] files = ["build.sh", "build.cake", "cake.config", "global.json", ".config/dotnet-tools.json", .. SourceFiles.EndingIn([".sh", ".cake", ".txt"], "build")];
        foreach (var file in files.Distinct()) scratch.Write(file, SourceFiles.Read(file));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--target=Help")]
    [InlineData("--target=help")]
    public void Help_needs_no_set_up(string arguments)
    {
        if (OperatingSystem.IsWindows()) return;
        var (exit, output, error) = Run(arguments, ("PATH", "/usr/bin:/bin"));
        Assert.Equal((0, SourceFiles.Read("build/help.txt"), ""), (exit, output, error));
        Assert.False(Directory.Exists(scratch.File("artifacts")));
    }

    [Fact]
    public void An_SDK_that_is_too_old_is_named_with_the_way_to_get_one()
    {
        if (OperatingSystem.IsWindows()) return;
        scratch.Write("global.json", """{ "sdk": { "version": "99.0.100", "rollForward": "latestFeature" } }""");
        var (exit, output, error) = Run("--target=Build");
        Assert.Equal((3, ""), (exit, output));
        Assert.Contains("error: no .NET SDK 99.0.100", error, StringComparison.Ordinal);
        Assert.Contains("fix: install the .NET 10 SDK", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_compiler_is_named_and_not_installed_where_that_is_forbidden()
    {
        if (!OperatingSystem.IsLinux()) return;
        var (exit, output, error) = Run("--target=Build", ("PATH", ToolsWithoutCompilers()), ("MERGELAB_NO_INSTALL", "1"));
        Assert.Equal((3, ""), (exit, output));
        Assert.Contains("error: missing: the C++ compiler g++", error, StringComparison.Ordinal);
        Assert.DoesNotContain("installing", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_CXX_that_is_no_compiler_is_an_error_not_a_reason_to_install_another()
    {
        if (OperatingSystem.IsWindows()) return;
        var (exit, output, error) = Run("--target=Build", ("CXX", "no-such-compiler"));
        Assert.Equal((3, ""), (exit, output));
        Assert.Contains("error: CXX=no-such-compiler: no such compiler\n  fix: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_LIBTORCH_that_is_no_libtorch_is_an_error_not_a_reason_to_install_another()
    {
        if (OperatingSystem.IsWindows()) return;
        var (exit, _, error) = Run("--target=Build", ("LIBTORCH", scratch.File("nowhere")));
        Assert.Equal(3, exit);
        Assert.Contains("nowhere", error, StringComparison.Ordinal);
        Assert.DoesNotContain("installing", error, StringComparison.Ordinal);
    }

    /// <summary>A folder with every program of this machine but C++ compilers.</summary>
    string ToolsWithoutCompilers()
    {
        var tools = Directory.CreateDirectory(scratch.File("tools")).FullName;
        foreach (var program in new[] { "/usr/bin", "/bin" }.Where(Directory.Exists).SelectMany(Directory.EnumerateFiles))
        {
            var link = Path.Combine(tools, Path.GetFileName(program));
            if (!program.Contains("++", StringComparison.Ordinal) && !File.Exists(link)) File.CreateSymbolicLink(link, program);
        }
        return tools;
    }

    (int Exit, string Out, string Error) Run(string arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("bash", [scratch.File("build.sh"), .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    public void Dispose() => scratch.Dispose();
}
