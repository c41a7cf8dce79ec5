namespace MergeLab.Merging.Output;

/// <summary>Where and how a merge writes.</summary>
/// <param name="Target">The folder to appear.</param>
/// <param name="Overwrite">Replace a model or adapter of that name.</param>
/// <param name="ShardSize">Most bytes in one weight file.</param>
/// <param name="Threads">Worker threads; the bytes do not depend on them.</param>
public sealed record MergeTarget(string Target, bool Overwrite, long ShardSize, int Threads)
{
    /// <summary>Write tokenizer files with a model.</summary>
    public bool Tokenizer { get; init; } = true;

    /// <summary>Write a model card and the recipe with a model.</summary>
    public bool Card { get; init; } = true;

    /// <summary>Digest what was read and written, for the card.</summary>
    public bool Digests { get; init; } = true;

    internal MergedFolderOptions Folder => new() { Overwrite = Overwrite, ShardSize = ShardSize, Threads = Threads, Tokenizer = Tokenizer, Card = Card, Digests = Digests };
}
