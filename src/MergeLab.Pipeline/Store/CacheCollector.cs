using MergeLab.Core.Errors;

namespace MergeLab.Store;

/// <summary>What the collection may remove.</summary>
/// <param name="MaxAge">Entries not used for longer go; null keeps them whatever their age.</param>
/// <param name="MaxBytes">The least recently used go until the rest fits; null sets no limit.</param>
/// <param name="DryRun">Only say what would go.</param>
/// <param name="Grace">Entries used within this time stay in any case.</param>
public sealed record CollectionRequest(TimeSpan? MaxAge = null, long? MaxBytes = null, bool DryRun = false, TimeSpan? Grace = null);

/// <summary>An entry that went, or would go.</summary>
public sealed record CollectedEntry(string Kind, string Key, long Bytes, DateTime LastUsed, string Why);

/// <summary>What a collection found and removed; bytes are those of files.</summary>
/// <param name="Leftovers">Bytes of dead processes' temporary folders and files, and of entries set aside as damaged.</param>
/// <param name="InUse">Entries that age or size would have removed but that were used just now or by a running process.</param>
public sealed record CollectionReport(int Entries, long Bytes, IReadOnlyList<CollectedEntry> Removed, long RemovedBytes, long Leftovers, int InUse, bool DryRun);

/// <summary>Removes what was not used for long, least recently used first.</summary>
public static class CacheCollector
{
    static readonly TimeSpan DefaultGrace = TimeSpan.FromMinutes(10);

    /// <summary>Clocks of several hosts that share a cache differ a little.</summary>
    static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <exception cref="ProblemException">The cache cannot be written (exit 3).</exception>
    public static CollectionReport Collect(StageCache cache, CollectionRequest request)
    {
        var now = DateTime.UtcNow;
        var inUseSince = now - (request.Grace ?? DefaultGrace);
        if (CacheSession.OldestLiving(cache.Root) is { } began && began - ClockSkew < inUseSince) inUseSince = began - ClockSkew;
        var entries = EntryFolder.All(cache.Root).OrderBy(e => e.LastUsed).ThenBy(e => e.Key, StringComparer.Ordinal).ToList();
        var total = entries.Sum(e => e.Bytes);

        var (kept, inUse) = (total, 0);
        var removed = new List<CollectedEntry>();
        foreach (var entry in entries)
        {
            var why = request.MaxAge is { } age && now - entry.LastUsed > age ? "age" : request.MaxBytes is { } budget && kept > budget ? "size" : null;
            if (why is null) continue;
            if (entry.LastUsed >= inUseSince)
            {
                inUse++;
                continue;
            }
            if (!request.DryRun && !Remove(cache.Root, entry)) continue;
            kept -= entry.Bytes;
            removed.Add(new(entry.Kind, entry.Key, entry.Bytes, entry.LastUsed, why));
        }
        var leftovers = CacheSession.RemoveDead(Path.Combine(cache.Root, "tmp"), request.DryRun) + Damaged(cache.Root, request.DryRun) + CacheLitter.Remove(cache.Root, request.DryRun);
        if (!request.DryRun) cache.Files.Prune();
        return new(entries.Count, total, removed, removed.Sum(r => r.Bytes), leftovers, inUse, request.DryRun);
    }

    /// <summary>Renamed away first: no reader ever sees an entry that is half gone.</summary>
    static bool Remove(string root, EntryFolder entry)
    {
        try
        {
            var away = Path.Combine(root, "tmp", $"gone-{Path.GetRandomFileName()}");
            Directory.CreateDirectory(Path.Combine(root, "tmp"));
            Directory.Move(entry.Folder, away);
            Directory.Delete(away, recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CacheSession.NotWritable(root, e);
        }
    }

    static long Damaged(string root, bool dryRun)
    {
        var folder = Path.Combine(root, "damaged");
        if (!Directory.Exists(folder)) return 0;
        var bytes = FolderSize.Of(folder);
        if (!dryRun) Directory.Delete(folder, recursive: true);
        return bytes;
    }
}
