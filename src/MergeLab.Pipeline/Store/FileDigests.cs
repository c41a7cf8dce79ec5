using System.Collections.Concurrent;
using MergeLab.Core.Errors;

namespace MergeLab.Store;

/// <summary>
/// sha256 of files and folders, remembered from run to run by what identifies a file's state (path, size, times, inode), so that a run with nothing
/// to do reads no contents. Safe for several threads.
/// </summary>
public sealed class FileDigests
{
    /// <summary>A file written this recently could change again without a change of its times (their steps are as coarse as 10 ms, 2 s on some file systems).</summary>
    static readonly TimeSpan DefaultSettling = TimeSpan.FromSeconds(2);

    readonly TimeSpan settling;
    readonly DigestIndex? index;
    readonly ConcurrentDictionary<string, (string Identity, string Sha256)> known;
    readonly ConcurrentDictionary<string, (string Identity, string Sha256)> news = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Lazy<string>> hashing = new(StringComparer.Ordinal);
    long hashedFiles, hashedBytes;

    /// <param name="indexFile">Where digests are kept between runs; null remembers nothing beyond this object.</param>
    public FileDigests(string? indexFile = null) : this(indexFile, DefaultSettling)
    {
    }

    internal FileDigests(string? indexFile, TimeSpan settling)
    {
        this.settling = settling;
        index = indexFile is null ? null : new DigestIndex(indexFile);
        known = new(index?.Read() ?? [], StringComparer.Ordinal);
    }

    /// <summary>Files whose contents were read by this object.</summary>
    public long HashedFiles => Interlocked.Read(ref hashedFiles);

    public long HashedBytes => Interlocked.Read(ref hashedBytes);

    /// <summary>Digest of a file or a folder, as <c>sha256:</c> and 64 hexadecimal digits.</summary>
    /// <exception cref="ProblemException">There is no such file, it cannot be read, or it changes meanwhile.</exception>
    public string Of(string path)
    {
        var full = Path.GetFullPath(path);
        return "sha256:" + (Directory.Exists(full) ? Digests.OfFolder(OfFolder(full)) : OfFile(full).Sha256);
    }

    /// <summary>The files of a folder, sorted by name.</summary>
    public IReadOnlyList<FileDigest> OfFolder(string folder) => [.. FolderListing.Of(folder).Select(name => OfFile(Path.Combine(folder, name)) with { Name = name })];

    internal FileDigest OfFile(string path, bool evenIfKnown = false)
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var before = Identify(path);
            var identity = before.ToString();
            if (!evenIfKnown && known.TryGetValue(path, out var found) && found.Identity == identity) return new(Path.GetFileName(path), before.Size, found.Sha256);
            var sha256 = Hash(path, identity, before.Size);
            if (Identify(path) != before) continue;
            // Within this process a young file is trusted no more than across processes: it is hashed again until it has settled.
            if (IsSettled(before)) Remember(path, identity, sha256);
            return new(Path.GetFileName(path), before.Size, sha256);
        }
        throw new ProblemException("a file changes while it is read", new Place(path), remedy: "wait until whoever writes it has finished");
    }

    /// <summary>For a file that nobody will write to again, whose digest was computed from what was written.</summary>
    internal void Remember(string path, string sha256) => Remember(path, Identify(path).ToString(), sha256);

    /// <summary>Writes what was learned to disk, for the next run. A read-only cache is left as it is.</summary>
    public void Save()
    {
        if (index is null || news.IsEmpty) return;
        var learned = news.ToArray();
        if (!index.Merge(learned)) return;
        foreach (var entry in learned) ((ICollection<KeyValuePair<string, (string, string)>>)news).Remove(entry);
    }

    /// <summary>Forgets files that are gone.</summary>
    internal void Prune() => index?.Merge(news, File.Exists);

    void Remember(string path, string identity, string sha256)
    {
        known[path] = (identity, sha256);
        news[path] = (identity, sha256);
    }

    /// <summary>Two threads that ask for the same file at once read it once.</summary>
    string Hash(string path, string identity, long size)
    {
        var name = $"{identity} {path}";
        var work = hashing.GetOrAdd(name, _ => new Lazy<string>(() =>
        {
            Interlocked.Increment(ref hashedFiles);
            Interlocked.Add(ref hashedBytes, size);
            return Reading(path, () => Digests.OfFile(path));
        }));
        try
        {
            return work.Value;
        }
        finally
        {
            hashing.TryRemove(KeyValuePair.Create(name, work));
        }
    }

    bool IsSettled(FileIdentity file)
    {
        var newest = Math.Max(file.Written, file.Changed);
        var limit = DateTime.UtcNow - settling;
        return newest < (file.Changed == 0 ? limit.Ticks : (limit - DateTime.UnixEpoch).Ticks * 100);
    }

    static FileIdentity Identify(string path) => FileIdentity.Of(path)
        ?? throw new ProblemException("there is no such file or folder", new Place(path), "a stage reads it", "check the path in the experiment file");

    static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException("a file cannot be read", new Place(path), e.Message, "check that it exists and that you may read it", inner: e);
        }
    }
}
