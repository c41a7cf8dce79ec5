namespace MergeLab.Store;

/// <summary>The clone that a folder lies in.</summary>
public static class RepositoryRoot
{
    /// <summary>The file that marks it.</summary>
    public const string Marker = "Pipeline.sln";

    /// <summary>The nearest folder at or above <paramref name="from"/> with the marker, or null.</summary>
    public static string? Above(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, Marker))) return folder.FullName;
        return null;
    }
}
