namespace MergeLab.Checkpoints;

/// <summary>Names for what is being written: beside the target, so that the final rename stays within one file system.</summary>
static class TemporaryName
{
    public static string Beside(string target)
    {
        var folder = Path.GetDirectoryName(target) ?? throw new ArgumentException($"{target} has no parent folder", nameof(target));
        return Path.Combine(folder, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}.tmp");
    }

    /// <summary>Matches such names, for searching the target's parent folder.</summary>
    public static string Pattern(string target) => $".{Path.GetFileName(target)}.*.tmp";
}
