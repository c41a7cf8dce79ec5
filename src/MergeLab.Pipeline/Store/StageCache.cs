using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using MergeLab.Core.Errors;

namespace MergeLab.Store;

/// <summary>
/// Results of stages by key: <c>kind/k[..2]/k/</c> with <c>manifest.json</c> and <c>out/</c>. Entries appear whole by one rename and never change, so
/// that any number of processes may share a cache; locks only keep them from doing the same work twice.
/// </summary>
public sealed partial class StageCache : IDisposable
{
    internal const string OutputName = "out";
    internal static readonly string[] Reserved = ["tmp", "digests", "history", "damaged", "locks"];

    readonly bool paranoid;
    readonly Lock gate = new();
    readonly ConcurrentDictionary<string, bool> used = new(StringComparer.Ordinal);
    CacheSession? session;

    /// <param name="root">See <see cref="CacheFolder"/>. It need not exist.</param>
    /// <param name="paranoid">Hash what is read even where its times say that it did not change.</param>
    public StageCache(string root, bool paranoid = false)
    {
        Root = Path.GetFullPath(root);
        this.paranoid = paranoid;
        Files = new FileDigests(Path.Combine(Root, "digests", "files"));
        History = new StageHistory(Path.Combine(Root, "history"));
    }

    /// <summary>Told, in one line, of damaged entries set aside and of stages that are not deterministic; from any thread.</summary>
    public event Action<string>? Warned;

    public string Root { get; }

    /// <summary>Digests of input files, remembered in the cache.</summary>
    public FileDigests Files { get; }

    /// <summary>What each stage was when it last ran.</summary>
    public StageHistory History { get; }

    /// <summary>Where the entry of a key lies, if there is one.</summary>
    public string FolderOf(StageKey key) => Path.Combine(Root, KindFolder(key.Kind), key.Hash[..2], key.Hash);

    /// <summary>Looks without touching anything. All files are checked by size, and by sha256 where they were not since they last changed.</summary>
    public CacheLookup Look(StageKey key) => Inspect(FolderOf(key), key.Hash, paranoid);

    /// <param name="folder">Where the entry lies.</param>
    /// <param name="hash">Its key.</param>
    /// <param name="hashAll">Hash even what did not change since it was last hashed.</param>
    internal CacheLookup Inspect(string folder, string hash, bool hashAll)
    {
        if (!Directory.Exists(folder)) return default;
        var manifest = StageManifest.Read(Path.Combine(folder, StageManifest.FileName), hash, out var damage);
        if (manifest is not null) damage = Damage(Path.Combine(folder, OutputName), manifest, hashAll);
        return damage is null ? new(new CacheEntry(folder, manifest!), null)
            : Directory.Exists(folder) ? new(null, damage)
            : default;
    }

    /// <summary>The entry of a key, marked as used now; null where there is none. A damaged one is set aside, said aloud.</summary>
    public CacheEntry? Find(StageKey key)
    {
        var (entry, damage) = Look(key);
        if (damage is not null) SetAside(key, damage);
        if (entry is not null && used.TryAdd(key.Hash, true)) Touch(entry);
        return entry;
    }

    /// <summary>A folder to fill for this key, which appears in the cache when it is published and leaves no trace when it is not.</summary>
    /// <exception cref="ProblemException">The cache cannot be written (exit 3).</exception>
    public StageTransaction Begin(StageKey key)
    {
        BeginSession();
        try
        {
            return new StageTransaction(this, key, session!.NewFolder());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CacheSession.NotWritable(Root, e);
        }
    }

    /// <summary>
    /// Takes the lock that says "this process works on this key": null where another holds it. Its owner's death frees it. Nothing depends on it but time.
    /// </summary>
    public IDisposable? TryLock(StageKey key)
    {
        BeginSession();
        try
        {
            var folder = Path.Combine(Root, "locks");
            Directory.CreateDirectory(folder);
            return FileLock.TryTake(Path.Combine(folder, key.Hash), FileMode.OpenOrCreate, deleteAfter: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without a lock two processes may do the same work; waiting for one that cannot be had would be for ever.
            return new MemoryStream(0);
        }
    }

    /// <summary>Marks this process as one that uses the cache: nothing that it reads from now on is collected. Called by itself before writing.</summary>
    /// <exception cref="ProblemException">The cache cannot be written (exit 3).</exception>
    public void BeginSession()
    {
        lock (gate) session ??= CacheSession.Begin(Root);
    }

    /// <summary>Saves what was learned about files, and removes this process's temporary folder.</summary>
    public void Dispose()
    {
        Files.Save();
        lock (gate)
        {
            session?.Dispose();
            session = null;
        }
    }

    internal void Warn(string message) => Warned?.Invoke(message);

    internal void SetAside(StageKey key, string damage)
    {
        var folder = FolderOf(key);
        try
        {
            var target = Path.Combine(Root, "damaged", key.Kind);
            Directory.CreateDirectory(target);
            target = Path.Combine(target, string.Create(CultureInfo.InvariantCulture, $"{key.Hash}-{DateTime.UtcNow:yyyyMMddHHmmssfff}"));
            Directory.Move(folder, target);
            Warn($"damaged cache entry set aside, to be made again: {damage}; see {target}");
        }
        catch (DirectoryNotFoundException) when (!Directory.Exists(folder))
        {
            // Another process was faster.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(folder)) throw CacheSession.NotWritable(Root, e);
        }
    }

    /// <summary>What differs from the manifest, or null.</summary>
    string? Damage(string output, StageManifest manifest, bool hashAll)
    {
        try
        {
            var names = Directory.Exists(output) ? FolderListing.Of(output) : [];
            var listed = manifest.Files.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var name in names)
                if (!listed.Contains(name)) return $"{name} does not belong there";
            foreach (var file in manifest.Files)
            {
                var path = Path.Combine(output, file.Name);
                if (FileIdentity.Of(path) is not { } found) return $"{file.Name} is missing";
                if (found.Size != file.Size) return string.Create(CultureInfo.InvariantCulture, $"{file.Name} has {found.Size} bytes instead of {file.Size}");
                if (Files.OfFile(path, evenIfKnown: hashAll).Sha256 != file.Sha256) return $"{file.Name} has other contents than were written";
            }
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ProblemException)
        {
            return e.Message.ReplaceLineEndings(" ");
        }
    }

    /// <summary>The manifest's time says when an entry was last used.</summary>
    static void Touch(CacheEntry entry)
    {
        try
        {
            File.SetLastWriteTimeUtc(Path.Combine(entry.Folder, StageManifest.FileName), DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A read-only cache is used without a mark.
        }
    }

    static string KindFolder(string kind) => KindName().IsMatch(kind) && !Reserved.Contains(kind, StringComparer.Ordinal)
        ? kind
        : throw new ArgumentException($"'{kind}' cannot name a kind of stage: it names a folder of the cache", nameof(kind));

    [GeneratedRegex(@"^[a-z][a-z0-9_-]*\z")]
    private static partial Regex KindName();
}
