namespace MergeLab.Data.Tokenizers;

/// <summary>A token's range [Start, End) in its original text, in Unicode code points. (0, 0) where it stands for no text.</summary>
public readonly record struct Offset(int Start, int End);

/// <summary>An encoded text or pair of texts: one entry a token in every list.</summary>
public sealed class Encoding
{
    /// <summary>In <see cref="Words"/> and <see cref="Sequences"/>: belongs to no text (special tokens, padding).</summary>
    public const int None = -1;

    public required int[] Ids { get; init; }
    public required string[] Tokens { get; init; }
    public required Offset[] Offsets { get; init; }

    /// <summary>1, and 0 for padding.</summary>
    public required int[] AttentionMask { get; init; }

    /// <summary>1 for tokens that were put in and for padding, 0 for those of the text.</summary>
    public required int[] SpecialTokensMask { get; init; }

    /// <summary>Segment ids, as models of the BERT kind take them.</summary>
    public required int[] TypeIds { get; init; }

    /// <summary>Index of the piece (of pre-split input: of the word) a token comes from.</summary>
    public required int[] Words { get; init; }

    /// <summary>0 for the first text's tokens, 1 for the second's.</summary>
    public required int[] Sequences { get; init; }

    /// <summary>What truncation cut off, as encodings of their own; only where asked for.</summary>
    public IReadOnlyList<Encoding> Overflow { get; init; } = [];

    public int Length => Ids.Length;

    internal static Encoding OfSpecialTokens(IReadOnlyList<int> ids, IReadOnlyList<string> tokens, int typeId) => Filled(ids.Count, 1, 1, typeId, [.. ids], [.. tokens]);

    internal static Encoding OfPadding(int length, Padding padding)
    {
        var (ids, tokens) = (new int[length], new string[length]);
        Array.Fill(ids, padding.Id);
        Array.Fill(tokens, padding.Token);
        return Filled(length, 0, 1, padding.TypeId, ids, tokens);
    }

    internal Encoding WithTypeId(int typeId) => With(typeIds: Repeat(typeId, Length), overflow: [.. Overflow.Select(o => o.WithTypeId(typeId))]);

    internal Encoding WithSequence(int sequence) => With(sequences: Repeat(sequence, Length), overflow: [.. Overflow.Select(o => o.WithSequence(sequence))]);

    internal Encoding WithOffsets(Offset[] offsets, IReadOnlyList<Encoding> overflow) => With(offsets: offsets, overflow: overflow);

    internal Encoding WithOverflow(IReadOnlyList<Encoding> overflow) => With(overflow: overflow);

    /// <summary>Tokens [start, end), without overflow.</summary>
    internal Encoding Part(int start, int end) => new()
    {
        Ids = Ids[start..end],
        Tokens = Tokens[start..end],
        Offsets = Offsets[start..end],
        AttentionMask = AttentionMask[start..end],
        SpecialTokensMask = SpecialTokensMask[start..end],
        TypeIds = TypeIds[start..end],
        Words = Words[start..end],
        Sequences = Sequences[start..end],
    };

    /// <summary>One after the other. What overflowed is combined with what did and what did not overflow of the others.</summary>
    internal static Encoding Concatenate(IReadOnlyList<Encoding> parts)
    {
        if (parts.Count == 1) return parts[0];
        return Joined(parts).WithOverflow(parts.All(p => p.Overflow.Count == 0) ? [] : Overflows(parts));
    }

    static List<Encoding> Overflows(IReadOnlyList<Encoding> parts)
    {
        var (whole, overflow) = (parts[0], new List<Encoding>(parts[0].Overflow));
        foreach (var part in parts.Skip(1))
        {
            var combined = new List<Encoding>();
            foreach (var cut in overflow)
            {
                combined.Add(Joined([cut, part]));
                foreach (var other in part.Overflow) combined.Add(Joined([cut, other]));
            }
            foreach (var other in part.Overflow) combined.Add(Joined([whole, other]));
            (whole, overflow) = (Joined([whole, part]), combined);
        }
        return overflow;
    }

    static Encoding Joined(IReadOnlyList<Encoding> parts) => new()
    {
        Ids = Join(parts, e => e.Ids),
        Tokens = Join(parts, e => e.Tokens),
        Offsets = Join(parts, e => e.Offsets),
        AttentionMask = Join(parts, e => e.AttentionMask),
        SpecialTokensMask = Join(parts, e => e.SpecialTokensMask),
        TypeIds = Join(parts, e => e.TypeIds),
        Words = Join(parts, e => e.Words),
        Sequences = Join(parts, e => e.Sequences),
    };

    static T[] Join<T>(IReadOnlyList<Encoding> parts, Func<Encoding, T[]> list)
    {
        var joined = new T[parts.Sum(p => p.Length)];
        var at = 0;
        foreach (var part in parts)
        {
            list(part).CopyTo(joined, at);
            at += part.Length;
        }
        return joined;
    }

    static Encoding Filled(int length, int attention, int special, int typeId, int[] ids, string[] tokens) => new()
    {
        Ids = ids,
        Tokens = tokens,
        Offsets = new Offset[length],
        AttentionMask = Repeat(attention, length),
        SpecialTokensMask = Repeat(special, length),
        TypeIds = Repeat(typeId, length),
        Words = Repeat(None, length),
        Sequences = Repeat(None, length),
    };

    Encoding With(int[]? typeIds = null, int[]? sequences = null, Offset[]? offsets = null, IReadOnlyList<Encoding>? overflow = null) => new()
    {
        Ids = Ids,
        Tokens = Tokens,
        Offsets = offsets ?? Offsets,
        AttentionMask = AttentionMask,
        SpecialTokensMask = SpecialTokensMask,
        TypeIds = typeIds ?? TypeIds,
        Words = Words,
        Sequences = sequences ?? Sequences,
        Overflow = overflow ?? Overflow,
    };

    internal static int[] Repeat(int value, int length)
    {
        var list = new int[length];
        if (value != 0) Array.Fill(list, value);
        return list;
    }
}
