namespace MergeLab.Store;

/// <summary>An entry that is not what was published.</summary>
public sealed record DamagedEntry(string Kind, string Key, string Folder, string Damage);

/// <summary>What an audit found.</summary>
/// <param name="Entries">Number of entries.</param>
/// <param name="Bytes">Hashed.</param>
/// <param name="Damaged">Entries that the next run that needs them will make again.</param>
/// <param name="Alternatives">Folders with other results for the same keys: of stages that are not deterministic.</param>
public sealed record AuditReport(int Entries, long Bytes, IReadOnlyList<DamagedEntry> Damaged, IReadOnlyList<string> Alternatives);

/// <summary>Hashes everything in the cache, whatever is remembered about it: finds decay of the disk, which leaves no trace in a file's times.</summary>
public static class CacheAudit
{
    /// <summary>Changes nothing.</summary>
    public static AuditReport Of(StageCache cache, CancellationToken cancellation = default)
    {
        var (entries, bytes) = (0, 0L);
        List<DamagedEntry> damaged = [];
        List<string> alternatives = [];
        foreach (var found in EntryFolder.All(cache.Root).OrderBy(f => f.Folder, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            entries++;
            if (found.IsAlternative) alternatives.Add(found.Folder);
            var (entry, damage) = cache.Inspect(found.Folder, found.Hash, hashAll: true);
            if (damage is not null) damaged.Add(new(found.Kind, found.Key, found.Folder, damage));
            bytes += entry?.Manifest.Bytes ?? 0;
        }
        return new(entries, bytes, damaged, alternatives);
    }
}
