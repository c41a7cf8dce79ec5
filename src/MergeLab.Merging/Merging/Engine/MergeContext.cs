using System.Collections.Concurrent;
using MergeLab.Merging.Draws;

namespace MergeLab.Merging.Engine;

/// <summary>What every method may ask for, whatever it merges: weights or factors.</summary>
public abstract class MergeContext
{
    private protected MergeContext()
    {
    }

    /// <summary>The published behaviour asked for: mergekit, peft, fusionbench, paper; null for ours.</summary>
    public string? Compat { get; init; }

    /// <summary>Key of all random draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>Masks to replay in place of draws; null draws.</summary>
    public IKeepMasks? Masks { get; init; }

    /// <summary>Worker threads; no byte depends on them.</summary>
    public int Threads { get; init; } = 1;

    public CancellationToken Cancellation { get; init; }

    /// <summary>What the user should know of this merge, such as a tensor that was left to the base: each said once, in order of text.</summary>
    public IReadOnlyList<string> Notes => [.. notes.Keys.Order(StringComparer.Ordinal)];

    readonly ConcurrentDictionary<string, bool> notes = new(StringComparer.Ordinal);

    public void Note(string text) => notes[text] = true;
}
