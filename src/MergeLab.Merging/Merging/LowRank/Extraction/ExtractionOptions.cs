using MergeLab.Checkpoints;

namespace MergeLab.Merging.LowRank;

/// <summary>What is extracted, and how much of it.</summary>
public sealed record ExtractionOptions
{
    /// <summary>Largest rank.</summary>
    public int MaxRank { get; init; } = 128;

    /// <summary>Keeps the fewest singular values whose squares are this share of all; null keeps <see cref="MaxRank"/>.</summary>
    public double? Energy { get; init; }

    /// <summary>Singular values at or below it are dropped.</summary>
    public double SingularEpsilon { get; init; }

    /// <summary>A = √S·Vᵀ and B = U·√S; otherwise the singular values are all in A.</summary>
    public bool DistributeScale { get; init; } = true;

    /// <summary>Embeddings and heads as factors too; otherwise they are saved whole.</summary>
    public bool EmbedLora { get; init; }

    /// <summary>Modules saved whole, by the ends of their names.</summary>
    public IReadOnlyList<string> SaveModules { get; init; } = [];

    /// <summary>Regular expressions, one of which must occur in a module's name; none means all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Regular expressions that must not occur.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Leaves out norms and other modules without a matrix, which are otherwise saved whole.</summary>
    public bool SkipUndecomposable { get; init; }

    /// <summary>What the factors are stored as.</summary>
    public DType DType { get; init; } = DType.F32;

    /// <summary>What the adapter's config names as its base; the given path otherwise.</summary>
    public string? BaseName { get; init; }

    public bool Overwrite { get; init; }

    /// <summary>Worker threads; no byte depends on them.</summary>
    public int Threads { get; init; } = 1;
}

/// <summary>A module of an extracted adapter.</summary>
/// <param name="Name">Path of the module.</param>
/// <param name="Rank">Of its factors.</param>
/// <param name="Energy">Share of the squared change that they hold.</param>
public sealed record ExtractedModule(string Name, int Rank, double Energy);

/// <summary>What an extraction wrote.</summary>
/// <param name="Modules">Modules with factors.</param>
/// <param name="Saved">Modules saved whole.</param>
/// <param name="Unchanged">Modules that do not differ, or of which nothing was above the threshold.</param>
/// <param name="Skipped">Modules left out although they may differ.</param>
public sealed record ExtractionRecord(IReadOnlyList<ExtractedModule> Modules, IReadOnlyList<string> Saved, IReadOnlyList<string> Unchanged, IReadOnlyList<string> Skipped);
