using MergeLab.Core.Errors;

namespace MergeLab.Build;

/// <summary>Builds with MSBuild, and only when something changed since the last build.</summary>
static class Compilation
{
    /// <summary>Files that decide every project's build.</summary>
    static readonly string[] Common = ["Directory.Build.props", "Directory.Packages.props", "Directory.Solution.props", "global.json", ".editorconfig"];

    /// <summary>The program <c>mergelab</c> and what it needs.</summary>
    public static ExitCode Program(Invocation invocation) => Compile(invocation, "src/MergeLab.Cli/MergeLab.Cli.csproj", ProgramStamp, []);

    /// <summary>Everything in the solution.</summary>
    public static ExitCode Everything(Invocation invocation) => Compile(invocation, "Pipeline.sln", EverythingStamp, [ProgramStamp]);

    static ExitCode Compile(Invocation invocation, string project, Func<Invocation, SourceStamp> stamp, Func<Invocation, SourceStamp>[] contained)
    {
        using var turn = Turn.Wait(invocation.At("artifacts", "cake", "build.lock"), Invocation.Say);
        var now = stamp(invocation);
        if (now.IsCurrent)
        {
            Invocation.Say("sources unchanged: nothing to build");
            return ExitCode.Done;
        }
        SourceStamp[] parts = [.. contained.Select(c => c(invocation))];
        var exit = invocation.Start("dotnet", "build", project, "--configuration", "Release", "--verbosity", "quiet", "--nologo", "-consoleLoggerParameters:NoSummary");
        if (exit != ExitCode.Done) return exit;
        foreach (var part in parts.Append(now)) part.Save();
        return ExitCode.Done;
    }

    static SourceStamp ProgramStamp(Invocation invocation) =>
        Stamp(invocation, "program", ["src"], () => Outputs(invocation.At("artifacts", "mergelab")));

    static SourceStamp EverythingStamp(Invocation invocation) => Stamp(invocation, "everything", ["src", "tests", "build", "Pipeline.sln"], () =>
    {
        var bin = invocation.At("artifacts", "bin");
        string[] folders = Directory.Exists(bin) ? Directory.GetDirectories(bin) : [];
        return folders.SelectMany(f => Outputs(Path.Combine(f, "release"))).Concat(Outputs(invocation.At("artifacts", "mergelab")));
    });

    static SourceStamp Stamp(Invocation invocation, string name, string[] sources, Func<IEnumerable<string>> outputs)
    {
        // npm writes the last of these when it has restored DuckDB's library, which builds may copy.
        string[] inputs = [.. sources, .. Common, "build/native", "build/duckdb/node_modules/.package-lock.json"];
        return new SourceStamp(invocation.At("artifacts", "cake", name + ".stamp"), inputs.Select(i => invocation.At(i)), outputs, Surroundings(invocation));
    }

    static IEnumerable<string> Outputs(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder).Where(f => Path.GetFileName(f) is var n && (Path.GetExtension(n) == ".so" || Path.GetFileNameWithoutExtension(n).StartsWith("mergelab", StringComparison.OrdinalIgnoreCase)))
        : [];

    /// <summary>Which libtorch and which compiler the native part is built with.</summary>
    static string Surroundings(Invocation invocation)
    {
        string[] variables = ["LIBTORCH", "LIBTORCH_USE_PYTORCH", "LIBDUCKDB", "CXX"];
        var lines = variables.Select(v => $"{v}={Environment.GetEnvironmentVariable(v)}").ToList();
        var locate = invocation.At("build", "native", "locate-libtorch.sh");
        if (File.Exists(locate)) invocation.Children.Run("bash", [locate], lines.Add);
        return string.Join('\n', lines);
    }
}
