using MergeLab.Checkpoints;

namespace MergeLab.Merging.Output;

/// <summary>How the config of a merged model differs from its donor's.</summary>
public sealed record ConfigChanges
{
    /// <summary>The recipe's type of the written weights; null keeps what the donor says.</summary>
    public DType? DType { get; init; }

    /// <summary>The only architecture; null keeps the donor's.</summary>
    public string? Architecture { get; init; }

    /// <summary>Rows of a new vocabulary; null keeps the donor's.</summary>
    public int? VocabSize { get; init; }

    /// <summary>
    /// For each key that counts layers (<c>num_hidden_layers</c>, <c>num_decoder_layers</c>, <c>text_config.num_hidden_layers</c>, …) the layers of
    /// the result in order; empty where the layers are the donor's.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ConfigLayer>> Layers { get; init; } = new Dictionary<string, IReadOnlyList<ConfigLayer>>();

    /// <summary>The result has a head of its own though the donor's is its embedding.</summary>
    public bool Untie { get; init; }

    /// <summary>New ids of tokens that the config names, where the vocabulary is another model's; null where it lacks the token.</summary>
    public IReadOnlyDictionary<int, int?> TokenIds { get; init; } = new Dictionary<int, int?>();

    /// <summary>Nothing differs.</summary>
    public bool IsNone => this is { DType: null, Architecture: null, VocabSize: null, Layers.Count: 0, Untie: false, TokenIds.Count: 0 };
}
