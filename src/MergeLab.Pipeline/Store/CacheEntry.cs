namespace MergeLab.Store;

/// <summary>A stage's result in the cache, whole and verified.</summary>
/// <param name="Folder">The entry: manifest.json and out/.</param>
/// <param name="Manifest">What it is and holds.</param>
public sealed record CacheEntry(string Folder, StageManifest Manifest)
{
    /// <summary>The folder that the stage filled.</summary>
    public string Output => Path.Combine(Folder, StageCache.OutputName);

    /// <summary>Digest of the output folder, <c>sha256:…</c>.</summary>
    public string Digest => Manifest.Output;
}

/// <summary>What the cache has for a key: an entry, a damaged one, or nothing.</summary>
/// <param name="Entry">The entry, if whole.</param>
/// <param name="Damage">What is wrong with what lies there; null for whole and for absent ones.</param>
public readonly record struct CacheLookup(CacheEntry? Entry, string? Damage);

public enum PublishOutcome
{
    /// <summary>The entry is new.</summary>
    Published,

    /// <summary>Another process had published the same bytes; they stay.</summary>
    Confirmed,

    /// <summary>Another process had published other bytes for the same key, which stay; ours lie beside them. The stage is not deterministic.</summary>
    Differs,
}
