using System.Globalization;
using MergeLab.Core.Errors;

namespace MergeLab.Store;

/// <summary>A result in the making: a folder to fill, published whole or thrown away.</summary>
public sealed class StageTransaction : IDisposable
{
    /// <summary>
    /// Files get a time before their last write, so that any write after publication changes it, however coarse the file system's clock is.
    /// </summary>
    static readonly TimeSpan Backdated = TimeSpan.FromSeconds(2);

    readonly StageCache cache;
    readonly string folder;

    internal StageTransaction(StageCache cache, StageKey key, string folder)
    {
        (this.cache, Key, this.folder) = (cache, key, folder);
        Directory.CreateDirectory(Output);
    }

    public StageKey Key { get; }

    /// <summary>An empty folder to fill.</summary>
    public string Output => Path.Combine(folder, StageCache.OutputName);

    /// <summary>
    /// Makes the folder an entry of the cache: files reach the disk before the manifest, the manifest before the rename. Where the key has an entry
    /// already, that one stays.
    /// </summary>
    /// <exception cref="ProblemException">The cache cannot be written (exit 3).</exception>
    public (CacheEntry Entry, PublishOutcome Outcome) Publish(StageMeasures measures)
    {
        try
        {
            var manifest = StageManifest.Of(Key, Seal(), measures);
            File.WriteAllBytes(Path.Combine(folder, StageManifest.FileName), manifest.ToBytes());
            AtomicFile.Sync(Path.Combine(folder, StageManifest.FileName));
            AtomicFile.Sync(folder);
            return Rename(manifest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CacheSession.NotWritable(cache.Root, e);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>Hashes the files and waits until they are on the disk.</summary>
    List<FileDigest> Seal()
    {
        // A link's target may change or go; the entry must hold what it says.
        if (new DirectoryInfo(Output).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).FirstOrDefault(f => f.LinkTarget is not null) is { } link)
            throw new ProblemException("a stage's result holds a link", new Place(Path.GetRelativePath(Output, link.FullName)), "results must be whole files", exit: ExitCode.CheckFailed);
        var files = new List<FileDigest>();
        foreach (var name in FolderListing.Of(Output))
        {
            var path = Path.Combine(Output, name);
            files.Add(new(name, new FileInfo(path).Length, Digests.OfFile(path)));
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow - Backdated);
            AtomicFile.Sync(path);
        }
        foreach (var inner in Directory.EnumerateDirectories(Output, "*", SearchOption.AllDirectories)) AtomicFile.Sync(inner);
        AtomicFile.Sync(Output);
        return files;
    }

    (CacheEntry, PublishOutcome) Rename(StageManifest manifest)
    {
        var target = cache.FolderOf(Key);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        // Ends: each round either finds an entry, or removes a damaged one, or renames.
        for (; ; )
        {
            if (TryMove(target)) return (Settled(target, manifest), PublishOutcome.Published);
            var (theirs, damage) = cache.Look(Key);
            if (damage is not null) cache.SetAside(Key, damage);
            if (theirs is null) continue;
            if (theirs.Digest == manifest.Output) return (theirs, PublishOutcome.Confirmed);
            KeepBeside(target, manifest);
            return (theirs, PublishOutcome.Differs);
        }
    }

    void KeepBeside(string target, StageManifest manifest)
    {
        for (var n = 1; ; n++)
        {
            var beside = string.Create(CultureInfo.InvariantCulture, $"{target}.alt-{n}");
            if (TryMove(beside))
            {
                cache.Warn($"stage is not deterministic: {Key.Kind} gave other bytes for the same key; compare {target} with {Path.GetFileName(beside)}");
                return;
            }
            if (StageManifest.Read(Path.Combine(beside, StageManifest.FileName), Key.Hash, out _)?.Output == manifest.Output) return;
        }
    }

    bool TryMove(string target)
    {
        if (Directory.Exists(target)) return false;
        try
        {
            Directory.Move(folder, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            return false;
        }
        AtomicFile.Sync(Path.GetDirectoryName(target)!);
        return true;
    }

    CacheEntry Settled(string target, StageManifest manifest)
    {
        foreach (var file in manifest.Files) cache.Files.Remember(Path.Combine(target, StageCache.OutputName, file.Name), file.Sha256);
        return new CacheEntry(target, manifest);
    }
}
