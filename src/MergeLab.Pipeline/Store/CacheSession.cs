using System.Globalization;
using MergeLab.Core.Errors;

namespace MergeLab.Store;

/// <summary>
/// A process that fills the cache: its folder <c>tmp/host-pid-random</c>, which a lock on the file <c>alive</c> marks as in use. What dead processes
/// left is removed when the next one begins.
/// </summary>
sealed class CacheSession : IDisposable
{
    const string AliveName = "alive";

    /// <summary>A folder whose owner has not locked it yet must not be taken for a dead one's.</summary>
    static readonly TimeSpan Birth = TimeSpan.FromMinutes(1);

    /// <summary>Locks of another host may not be visible here.</summary>
    static readonly TimeSpan Foreign = TimeSpan.FromDays(7);

    readonly FileLock alive;
    int stages;

    CacheSession(string folder, FileLock alive) => (Folder, this.alive) = (folder, alive);

    public string Folder { get; }

    /// <exception cref="ProblemException">The cache cannot be written (exit 3).</exception>
    public static CacheSession Begin(string root)
    {
        var all = Path.Combine(root, "tmp");
        try
        {
            for (; ; )
            {
                var folder = Path.Combine(all, string.Create(CultureInfo.InvariantCulture, $"{Host}-{Environment.ProcessId}-{Path.GetRandomFileName()[..8]}"));
                Directory.CreateDirectory(folder);
                // Held by another means that it was taken for a dead one's just after it was made, and is being removed.
                if (FileLock.TryTake(Path.Combine(folder, AliveName), FileMode.CreateNew, deleteAfter: false) is not { } alive) continue;
                RemoveDead(all);
                return new CacheSession(folder, alive);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(root, e);
        }
    }

    /// <summary>A new empty folder for one stage.</summary>
    public string NewFolder()
    {
        var folder = Path.Combine(Folder, Interlocked.Increment(ref stages).ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        return folder;
    }

    public void Dispose()
    {
        alive.Dispose();
        Remove(Folder);
    }

    public static ProblemException NotWritable(string root, Exception e) => new(
        "the cache cannot be written", new Place(root), e.Message, $"make room or get the right to write there, or give another folder with --cache or {CacheFolder.Variable}", ExitCode.MachineLacks, e);

    /// <summary>When the longest-running process that uses the cache began; null when none does.</summary>
    public static DateTime? OldestLiving(string root)
    {
        var all = Path.Combine(root, "tmp");
        if (!Directory.Exists(all)) return null;
        DateTime? oldest = null;
        foreach (var folder in Directory.EnumerateDirectories(all))
            if (!IsDead(folder) && Directory.GetCreationTimeUtc(folder) is var began && (oldest is null || began < oldest)) oldest = began;
        return oldest;
    }

    /// <summary>Bytes freed.</summary>
    public static long RemoveDead(string all, bool dryRun = false)
    {
        if (!Directory.Exists(all)) return 0;
        long bytes = 0;
        foreach (var folder in Directory.EnumerateDirectories(all).Where(IsDead))
        {
            bytes += FolderSize.Of(folder);
            if (!dryRun) Remove(folder);
        }
        return bytes;
    }

    static bool IsDead(string folder)
    {
        var path = Path.Combine(folder, AliveName);
        if (!File.Exists(path)) return Age(folder) > Birth;
        try
        {
            using var taken = FileLock.TryTake(path, FileMode.Open, deleteAfter: false);
            return taken is not null && (Path.GetFileName(folder).StartsWith(Host + "-", StringComparison.Ordinal) || Age(path) > Foreign);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's, or being removed.
            return false;
        }
    }

    static TimeSpan Age(string path) => DateTime.UtcNow - File.GetLastWriteTimeUtc(path);

    static string Host { get; } = string.Concat(Environment.MachineName.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process may be removing it too; what is left is tried again next time.
        }
    }
}
