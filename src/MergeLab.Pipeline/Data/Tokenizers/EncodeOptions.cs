namespace MergeLab.Data.Tokenizers;

/// <summary>How texts are encoded. What the file itself asks for (<see cref="Tokenizer.FileTruncation"/>, <see cref="Tokenizer.FilePadding"/>) applies only where it is passed here.</summary>
public sealed record EncodeOptions
{
    public static EncodeOptions Default { get; } = new();

    public bool AddSpecialTokens { get; init; } = true;

    /// <summary>Null: none.</summary>
    public Truncation? Truncation { get; init; }

    /// <summary>Null: none.</summary>
    public Padding? Padding { get; init; }

    /// <summary>Keep what truncation cuts off. Off by default: of pairs all combinations are kept.</summary>
    public bool KeepOverflow { get; init; }

    /// <summary>Threads for a batch.</summary>
    public int Threads { get; init; } = 1;
}

/// <summary>A text, or a pair of texts.</summary>
public readonly record struct TextInput(string Text, string? Pair = null);
