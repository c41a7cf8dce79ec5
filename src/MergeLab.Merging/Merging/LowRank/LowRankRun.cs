using System.Collections.Concurrent;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Merging.Draws;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.LowRank;

/// <summary>One adapted matrix with what the recipe sets for it.</summary>
/// <param name="Matrix">The matrix.</param>
/// <param name="Settings">Of the matrix as a whole, defaults filled in.</param>
/// <param name="Models">Of each model, in the order of the adapters.</param>
public sealed record MatrixMerge(AdaptedMatrix Matrix, MethodSettings Settings, IReadOnlyList<MethodSettings> Models);

/// <summary>A merge of adapters under way, and what every method may ask for.</summary>
public sealed class LowRankRun
{
    /// <summary>Every adapted matrix, in the order in which they are numbered.</summary>
    public required IReadOnlyList<MatrixMerge> Matrices { get; init; }

    /// <summary>The adapters' names as the recipe writes them, in the order of the parts of a matrix; random draws are keyed by them.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Configs of the adapters; empty where task vectors do not come from adapter folders.</summary>
    public IReadOnlyList<AdapterConfig> Configs { get; init; } = [];

    /// <summary>Whether a task vector is Scale·B·A, as PEFT applies it, or B·A.</summary>
    public bool PeftScale { get; init; } = true;

    /// <summary>The published behaviour asked for; null for ours.</summary>
    public string? Compat { get; init; }

    /// <summary>Key of all random draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>Masks to replay in place of draws; null draws.</summary>
    public IKeepMasks? Masks { get; init; }

    /// <summary>Worker threads; no byte depends on them.</summary>
    public int Threads { get; init; } = 1;

    public CancellationToken Cancellation { get; init; }

    /// <summary>What the user should know of this merge: each said once, in order of text.</summary>
    public IReadOnlyList<string> Notes => [.. notes.Keys.Order(StringComparer.Ordinal)];

    readonly ConcurrentDictionary<string, bool> notes = new(StringComparer.Ordinal);

    public void Note(string text) => notes[text] = true;

    /// <summary>The task vectors of a matrix; null for zero.</summary>
    public IReadOnlyList<LowRankDelta?> TaskVectors(AdaptedMatrix matrix) =>
        [.. matrix.Parts.Select(p => p is null ? null : new LowRankDelta(p, matrix.Layout, Scale(p)))];

    /// <summary>What multiplies B·A of a part.</summary>
    public double Scale(LoraModule part) => PeftScale ? part.Scale : 1;
}
