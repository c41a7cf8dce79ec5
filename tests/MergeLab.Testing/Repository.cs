namespace MergeLab.Testing;

/// <summary>Where this clone lies, found from the running test's own folder.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A file or folder under <c>tests/goldens</c>.</summary>
    public static string Golden(params string[] parts) => Path.Combine([Root, "tests", "goldens", .. parts]);

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Pipeline.sln"))) return folder.FullName;
        throw new InvalidOperationException($"no Pipeline.sln above {AppContext.BaseDirectory}");
    }
}
