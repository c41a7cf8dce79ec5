namespace MergeLab.Merging.Output;

/// <summary>Where and how a merge writes.</summary>
/// <param name="Target">The folder to appear.</param>
/// <param name="Overwrite">Replace a model or adapter of that name.</param>
/// <param name="ShardSize">Most bytes in one weight file.</param>
/// <param name="Threads">Worker threads; the bytes do not depend on them.</param>
public sealed record MergeTarget(string Target, bool Overwrite, long ShardSize, int Threads);
