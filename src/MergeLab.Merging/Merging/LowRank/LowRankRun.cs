using MergeLab.Checkpoints.Adapters;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.LowRank;

/// <summary>One adapted matrix with what the recipe sets for it.</summary>
/// <param name="Matrix">The matrix.</param>
/// <param name="Settings">Of the matrix as a whole, defaults filled in.</param>
/// <param name="Models">Of each model, in the order of the adapters.</param>
public sealed record MatrixMerge(AdaptedMatrix Matrix, MethodSettings Settings, IReadOnlyList<MethodSettings> Models);

/// <summary>A merge of adapters under way: their factors, matrix by matrix.</summary>
public sealed class LowRankRun : MergeContext
{
    /// <summary>Every adapted matrix, in the order in which they are numbered.</summary>
    public required IReadOnlyList<MatrixMerge> Matrices { get; init; }

    /// <summary>The adapters' names as the recipe writes them, in the order of the parts of a matrix; random draws are keyed by them.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Configs of the adapters; empty where task vectors do not come from adapter folders.</summary>
    public IReadOnlyList<AdapterConfig> Configs { get; init; } = [];

    /// <summary>Whether a task vector is Scale·B·A, as PEFT applies it, or B·A.</summary>
    public bool PeftScale { get; init; } = true;

    /// <summary>The task vectors of a matrix; null for zero.</summary>
    public IReadOnlyList<LowRankDelta?> TaskVectors(AdaptedMatrix matrix) =>
        [.. matrix.Parts.Select(p => p is null ? null : new LowRankDelta(p, matrix.Layout, Scale(p)))];

    /// <summary>What multiplies B·A of a part.</summary>
    public double Scale(LoraModule part) => PeftScale ? part.Scale : 1;
}
