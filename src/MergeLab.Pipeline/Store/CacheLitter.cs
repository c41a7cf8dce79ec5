namespace MergeLab.Store;

/// <summary>Small files that killed processes leave: locks that nobody holds, and files half written beside the index and the history.</summary>
static class CacheLitter
{
    /// <summary>Writing one takes moments; an older one has no writer.</summary>
    static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(10);

    /// <summary>Bytes freed.</summary>
    public static long Remove(string root, bool dryRun)
    {
        foreach (var path in Files(root, "locks", "*"))
            // Whoever takes a lock anew makes its file anew.
            if (!dryRun) FileLock.TryTake(path, FileMode.Open, deleteAfter: true)?.Dispose();
        long bytes = 0;
        foreach (var path in Files(root, "digests", $"*{AtomicFile.TemporaryEnding}").Concat(Files(root, "history", $"*{AtomicFile.TemporaryEnding}")))
        {
            var file = new FileInfo(path);
            if (!file.Exists || DateTime.UtcNow - file.LastWriteTimeUtc < Abandoned) continue;
            bytes += file.Length;
            if (!dryRun) Delete(path);
        }
        return bytes;
    }

    static string[] Files(string root, string folder, string pattern) =>
        Path.Combine(root, folder) is var path && Directory.Exists(path) ? Directory.GetFiles(path, pattern, SearchOption.AllDirectories) : [];

    static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next collection tries again.
        }
    }
}
