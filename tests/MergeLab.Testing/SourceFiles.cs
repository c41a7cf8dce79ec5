namespace MergeLab.Testing;

/// <summary>The files of this clone that people write, as paths relative to its root with forward slashes.</summary>
public static class SourceFiles
{
    static readonly string[] Made = ["artifacts", "node_modules", "bin", "obj", ".git", ".cache"];

    /// <summary>Files whose name ends in one of <paramref name="endings"/>, below <paramref name="folder"/> (the root by default).</summary>
    public static IReadOnlyList<string> EndingIn(string[] endings, string folder = "") =>
        [.. Below(Path.Combine(Repository.Root, folder))
            .Where(f => endings.Any(e => f.EndsWith(e, StringComparison.Ordinal)))
            .Select(f => Path.GetRelativePath(Repository.Root, f).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file));

    static IEnumerable<string> Below(string folder) => Directory.EnumerateFiles(folder)
        .Concat(Directory.EnumerateDirectories(folder).Where(d => !Made.Contains(Path.GetFileName(d), StringComparer.Ordinal)).SelectMany(Below));
}
