using MergeLab.Merging.Draws;

namespace MergeLab.Merging.Planning;

/// <summary>What a plan takes from the command line and from the vocabulary.</summary>
public sealed record PlanOptions
{
    /// <summary>Key of all random draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>Masks to replay in place of draws.</summary>
    public IKeepMasks? Masks { get; init; }

    /// <summary>Worker threads; no byte depends on them.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Brings embeddings into the result's vocabulary; null where the recipe has no tokenizer section.</summary>
    public IRowAlignment? Alignment { get; init; }

    /// <summary>Cut vocabularies of different size to what all have, where the recipe has no tokenizer section.</summary>
    public bool TruncateVocabulary { get; init; }

    public CancellationToken Cancellation { get; init; }
}
