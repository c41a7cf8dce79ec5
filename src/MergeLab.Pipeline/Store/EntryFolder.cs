namespace MergeLab.Store;

/// <summary>A folder where a cache entry lies, whole or not.</summary>
/// <param name="Key">Its name: the key's hash, and <c>.alt-n</c> for what a stage that is not deterministic gave besides.</param>
/// <param name="LastUsed">The manifest's time.</param>
sealed record EntryFolder(string Folder, string Kind, string Key, DateTime LastUsed)
{
    const string AlternativeMark = ".alt-";

    readonly Lazy<long> bytes = new(() => FolderSize.Of(Folder));

    public long Bytes => bytes.Value;

    public bool IsAlternative => Key.Contains(AlternativeMark, StringComparison.Ordinal);

    public string Hash => Key.Split(AlternativeMark)[0];

    public static IEnumerable<EntryFolder> All(string root)
    {
        if (!Directory.Exists(root)) yield break;
        foreach (var kind in Directory.EnumerateDirectories(root).Where(k => !StageCache.Reserved.Contains(Path.GetFileName(k), StringComparer.Ordinal)))
            foreach (var folder in Directory.EnumerateDirectories(kind).SelectMany(Directory.EnumerateDirectories))
            {
                var manifest = new FileInfo(Path.Combine(folder, StageManifest.FileName));
                yield return new(folder, Path.GetFileName(kind), Path.GetFileName(folder), manifest.Exists ? manifest.LastWriteTimeUtc : Directory.GetLastWriteTimeUtc(folder));
            }
    }
}
