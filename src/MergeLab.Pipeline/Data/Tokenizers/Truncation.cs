using MergeLab.Core.Errors;
using MergeLab.Core.Json;

namespace MergeLab.Data.Tokenizers;

public enum TruncationStrategy
{
    LongestFirst,
    OnlyFirst,
    OnlySecond,
}

public enum Side
{
    Left,
    Right,
}

/// <summary>Cuts encodings to a length.</summary>
/// <param name="MaximumLength">Tokens, special ones included. A number below that of the special tokens means no truncation, as in Hugging Face's tokenizers.</param>
/// <param name="Stride">Tokens by which the cut-off parts overlap.</param>
/// <param name="Direction">The side that is cut off.</param>
public sealed record Truncation(int MaximumLength, int Stride = 0, TruncationStrategy Strategy = TruncationStrategy.LongestFirst, Side Direction = Side.Right)
{
    internal (Encoding First, Encoding? Second) Apply(Encoding first, Encoding? second, int specialTokens, bool keepOverflow)
    {
        var room = MaximumLength - specialTokens;
        if (room < 0) return (first, second);
        if (Stride > room) throw Unending(room);
        var excess = first.Length + (second?.Length ?? 0) - room;
        if (excess <= 0) return (first, second);
        if (room == 0) return (Cut(first, 0), second is null ? null : Cut(second, 0));
        switch (Strategy)
        {
            case TruncationStrategy.LongestFirst when second is null:
                return (Cut(first, room), null);
            case TruncationStrategy.LongestFirst:
                var (a, b) = Share(first.Length, second.Length, room);
                return (Cut(first, a), Cut(second, b));
            case TruncationStrategy.OnlyFirst:
                return (Cut(first, Rest(first)), second);
            default:
                if (second is null) throw new ProblemException("there is no second text to truncate", why: "the truncation strategy is only_second");
                return (first, Cut(second, Rest(second)));
        }

        int Rest(Encoding only) => only.Length > excess ? only.Length - excess
            : throw new ProblemException($"the text to truncate has {only.Length} tokens, of which {excess} would have to go", why: $"the maximum length is {MaximumLength}", remedy: "raise it, or truncate both texts");

        Encoding Cut(Encoding encoding, int length) => Truncated(encoding, length, keepOverflow);
    }

    /// <summary>The shorter keeps up to half of the room, the longer the rest; of equal ones the second counts as the longer.</summary>
    static (int First, int Second) Share(int first, int second, int room)
    {
        var shorter = Math.Min(Math.Min(first, second), room / 2);
        return first > second ? (room - shorter, shorter) : (shorter, room - shorter);
    }

    Encoding Truncated(Encoding encoding, int length, bool keepOverflow)
    {
        if (length >= encoding.Length) return encoding;
        if (length == 0) return encoding.Part(0, 0).WithOverflow(keepOverflow ? [encoding] : []);
        if (Stride >= length) throw Unending(length);
        var kept = Direction == Side.Right ? encoding.Part(0, length) : encoding.Part(encoding.Length - length, encoding.Length);
        return keepOverflow ? kept.WithOverflow([.. Rest(encoding, length)]) : kept;
    }

    ProblemException Unending(int length) => new($"a stride of {Stride} with {length} tokens a part", why: "parts that overlap wholly never reach the end",
        remedy: "give a stride smaller than the maximum length less the special tokens");

    IEnumerable<Encoding> Rest(Encoding encoding, int length)
    {
        var (step, total) = (length - Stride, encoding.Length);
        if (Direction == Side.Right)
        {
            for (var start = step; start + Stride < total; start += step) yield return encoding.Part(start, Math.Min(start + length, total));
        }
        else
        {
            for (var end = total - step; end - Stride > 0; end -= step) yield return encoding.Part(Math.Max(end - length, 0), end);
        }
    }

    internal static Truncation Read(JsonCursor at) => new(at.Get("max_length").AsInt(), at.Find("stride")?.AsInt() ?? 0,
        at.Find("strategy")?.AsOneOf<TruncationStrategy>() ?? TruncationStrategy.LongestFirst, ReadSide(at.Find("direction")));

    internal static Side ReadSide(JsonCursor? at) => at is not { } side ? Side.Right : side.AsOneOf("Right", "right", "Left", "left") is "Right" or "right" ? Side.Right : Side.Left;
}
