using MergeLab.Core.Json;

namespace MergeLab.Data.Tokenizers;

/// <summary>Fills encodings of a batch up to one length.</summary>
/// <param name="FixedLength">Tokens; null: as many as the longest of the batch has. Nothing is ever truncated.</param>
/// <param name="MultipleOf">The length is rounded up to a multiple; 0: is not.</param>
public sealed record Padding(int Id, string Token, int TypeId = 0, Side Direction = Side.Right, int? FixedLength = null, int MultipleOf = 0)
{
    internal void Apply(Encoding[] batch)
    {
        var length = FixedLength ?? batch.Select(e => e.Length).DefaultIfEmpty().Max();
        if (MultipleOf > 0) length = (length + MultipleOf - 1) / MultipleOf * MultipleOf;
        for (var i = 0; i < batch.Length; i++) batch[i] = Padded(batch[i], length);
    }

    Encoding Padded(Encoding encoding, int length)
    {
        if (encoding.Length < length)
        {
            var fill = Encoding.OfPadding(length - encoding.Length, this);
            var overflow = encoding.Overflow;
            encoding = encoding.WithOverflow([]);
            encoding = Encoding.Concatenate(Direction == Side.Right ? [encoding, fill] : [fill, encoding]).WithOverflow(overflow);
        }
        return encoding.Overflow.Count == 0 ? encoding : encoding.WithOverflow([.. encoding.Overflow.Select(o => Padded(o, length))]);
    }

    internal static Padding Read(JsonCursor at) => new(at.Get("pad_id").AsInt(), at.Get("pad_token").AsString(), at.Find("pad_type_id")?.AsInt() ?? 0,
        Truncation.ReadSide(at.Find("direction")), ReadLength(at.Get("strategy")), at.Find("pad_to_multiple_of")?.AsInt() ?? 0);

    /// <summary>A length a file may ask for: more would fill the memory with padding.</summary>
    const int MaximumLength = 1 << 24;

    static int? ReadLength(JsonCursor strategy) => strategy switch
    {
        { IsString: true } when strategy.AsString() == "BatchLongest" => null,
        { IsObject: true } => strategy.Get("Fixed").AsInt(0, MaximumLength),
        _ => throw strategy.Wrong("\"BatchLongest\" or {\"Fixed\": N}"),
    };
}
