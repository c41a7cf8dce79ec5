using MergeLab.Core.Errors;

namespace MergeLab.Store;

/// <summary>The files below a folder, links followed, sorted by relative name.</summary>
static class FolderListing
{
    const int MaxDepth = 32;
    const int MaxFiles = 1_000_000;

    /// <summary>Paths in the folder with forward slashes.</summary>
    /// <exception cref="ProblemException">Deeper than 32 levels (a link that leads to itself), or more than a million files.</exception>
    public static IReadOnlyList<string> Of(string folder)
    {
        var names = new List<string>();
        Add(folder, "", 0, names, folder);
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    static void Add(string folder, string prefix, int depth, List<string> names, string root)
    {
        if (depth > MaxDepth) throw new ProblemException("a folder is nested too deeply", new Place(root), $"{prefix} is below {MaxDepth} others", "look for a link that leads back into the folder");
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo) Add(entry.FullName, $"{prefix}{entry.Name}/", depth + 1, names, root);
            else names.Add(prefix + entry.Name);
            if (names.Count > MaxFiles) throw new ProblemException("a folder has too many files", new Place(root), $"more than {MaxFiles}", "give the folder of one model or data set");
        }
    }
}
