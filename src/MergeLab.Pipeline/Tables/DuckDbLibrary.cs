using System.Runtime.InteropServices;
using MergeLab.Core.Errors;

namespace MergeLab.Tables;

/// <summary>Finds and loads libduckdb. Nothing native is touched before the first use.</summary>
public static class DuckDbLibrary
{
    /// <summary>Environment variable: the library's file, or the folder it lies in.</summary>
    public const string Variable = "LIBDUCKDB";

    internal const string Name = "duckdb";

    static readonly Lazy<(string Path, nint Handle)> loaded = new(Load);

    /// <summary>The file in use. Loads it.</summary>
    public static string Path => loaded.Value.Path;

    internal static nint Handle => loaded.Value.Handle;

    static string FileName => OperatingSystem.IsWindows() ? "duckdb.dll" : OperatingSystem.IsMacOS() ? "libduckdb.dylib" : "libduckdb.so";

    /// <summary>
    /// The variable first; then beside the program; then, walking up from there, a folder with what <c>npm ci --prefix build/duckdb</c> restored.
    /// </summary>
    /// <param name="variable">Value of <see cref="Variable"/>, or null.</param>
    /// <param name="programFolder">Where the search begins.</param>
    /// <exception cref="ProblemException">Exit 3: there is none.</exception>
    public static string Locate(string? variable, string programFolder)
    {
        if (!string.IsNullOrEmpty(variable))
        {
            var named = Directory.Exists(variable) ? System.IO.Path.Combine(variable, FileName) : variable;
            return File.Exists(named) ? System.IO.Path.GetFullPath(named) : throw Lacking($"{Variable} names {variable}, where there is no {FileName}");
        }
        var beside = System.IO.Path.Combine(programFolder, FileName);
        if (File.Exists(beside)) return beside;
        for (var folder = new DirectoryInfo(programFolder); folder is not null; folder = folder.Parent)
        {
            var packages = System.IO.Path.Combine(folder.FullName, "build", "duckdb", "node_modules", "@duckdb");
            if (!Directory.Exists(packages)) continue;
            var found = Directory.EnumerateDirectories(packages, "node-bindings-*").Order(StringComparer.Ordinal)
                .Select(p => System.IO.Path.Combine(p, FileName)).FirstOrDefault(File.Exists);
            if (found is not null) return found;
        }
        throw Lacking($"there is no {FileName} beside the program, and no build/duckdb/node_modules above {programFolder}");
    }

    static (string, nint) Load()
    {
        var path = Locate(Environment.GetEnvironmentVariable(Variable), AppContext.BaseDirectory);
        try
        {
            return (path, NativeLibrary.Load(path));
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new ProblemException("DuckDB could not be loaded", new Place(path), e.Message, $"restore it with `npm ci --prefix build/duckdb`, or name another with {Variable}", ExitCode.MachineLacks, e);
        }
    }

    static ProblemException Lacking(string why) => new("DuckDB is missing", why: why,
        remedy: $"run `npm ci --prefix build/duckdb` in the repository, or set {Variable} to a libduckdb of version 1.5", exit: ExitCode.MachineLacks);
}
