using MergeLab.Core.Errors;
using MergeLab.Tables;

namespace MergeLab.Pipeline.Tests.Tables;

public class DuckDbLibraryTests
{
    static readonly string fileName = OperatingSystem.IsWindows() ? "duckdb.dll" : OperatingSystem.IsMacOS() ? "libduckdb.dylib" : "libduckdb.so";

    [Fact]
    public void A_missing_library_says_how_to_get_it()
    {
        using var scratch = new ScratchFolder();
        var error = Assert.Throws<ProblemException>(() => DuckDbLibrary.Locate(null, scratch.Path));
        Assert.Equal(ExitCode.MachineLacks, error.Problem.Exit);
        Assert.Contains("npm ci --prefix build/duckdb", error.Message);
        Assert.Contains("LIBDUCKDB", error.Message);
    }

    [Fact]
    public void A_variable_that_names_nothing_is_an_error_even_where_another_library_would_be_found()
    {
        using var scratch = new ScratchFolder();
        scratch.Write(fileName, "");
        var error = Assert.Throws<ProblemException>(() => DuckDbLibrary.Locate(scratch.File("elsewhere"), scratch.Path));
        Assert.Equal(ExitCode.MachineLacks, error.Problem.Exit);
        Assert.Contains("elsewhere", error.Message);
    }

    [Theory]
    [InlineData("lib")]
    [InlineData("lib/FILE")]
    public void The_variable_may_name_the_file_or_its_folder(string named)
    {
        using var scratch = new ScratchFolder();
        var file = scratch.Write($"lib/{fileName}", "");
        Assert.Equal(file, DuckDbLibrary.Locate(scratch.File(named.Replace("FILE", fileName, StringComparison.Ordinal)), scratch.Path));
    }

    [Fact]
    public void What_lies_beside_the_program_comes_before_what_npm_restored_above_it()
    {
        using var scratch = new ScratchFolder();
        var restored = scratch.Write($"build/duckdb/node_modules/@duckdb/node-bindings-linux-x64/{fileName}", "");
        Directory.CreateDirectory(scratch.File("artifacts", "mergelab"));
        Assert.Equal(restored, DuckDbLibrary.Locate(null, scratch.File("artifacts", "mergelab")));
        var beside = scratch.Write($"artifacts/mergelab/{fileName}", "");
        Assert.Equal(beside, DuckDbLibrary.Locate("", scratch.File("artifacts", "mergelab")));
    }

    [Fact]
    public void The_library_of_this_machine_works_and_says_what_it_is()
    {
        DuckDatabase.SelfTest();
        var (version, path) = DuckDatabase.Describe();
        Assert.StartsWith("v1.", version);
        Assert.True(File.Exists(path));
    }
}
