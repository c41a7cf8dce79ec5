using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MergeLab.Cli.Tests.Habits;

public partial class SourceTests
{
    const int MostLines = 400;

    [Fact]
    public void No_source_file_is_longer_than_a_reader_can_hold()
    {
        var files = SourceFiles.EndingIn([".cs", ".cpp", ".h", ".sh", ".ps1", ".cake"]);
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, f => SourceFiles.Read(f).AsSpan().Count('\n') > MostLines);
    }

    [Fact]
    public void Cake_is_compiled_against_the_version_that_runs()
    {
        var compiled = XDocument.Parse(SourceFiles.Read("Directory.Packages.props")).Descendants("CakeVersion").Single().Value;
        using var manifest = JsonDocument.Parse(SourceFiles.Read(".config/dotnet-tools.json"));
        Assert.Equal(compiled, manifest.RootElement.GetProperty("tools").GetProperty("cake.tool").GetProperty("version").GetString());
    }

    [Fact]
    public void Every_project_has_a_lock_file()
    {
        var projects = SourceFiles.EndingIn([".csproj"]);
        Assert.NotEmpty(projects);
        Assert.DoesNotContain(projects, p => !File.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(p)!, "packages.lock.json")));
    }

    /// <summary>An address in a lock file would bind every clone to one mirror.</summary>
    [Fact]
    public void No_lock_file_names_the_registry_it_was_made_from()
    {
        var locks = SourceFiles.EndingIn(["packages.lock.json", "package-lock.json"]);
        Assert.NotEmpty(locks);
        Assert.DoesNotContain(locks, f => NamesRegistry().IsMatch(SourceFiles.Read(f)));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = SourceFiles.Read("Pipeline.sln").Replace('\\', '/');
        Assert.DoesNotContain(SourceFiles.EndingIn([".csproj"]), p => !solution.Contains($"\"{p}\"", StringComparison.Ordinal));
    }

    [GeneratedRegex("""\"resolved\"\s*:\s*\"[a-z+]+://""")]
    private static partial Regex NamesRegistry();
}
