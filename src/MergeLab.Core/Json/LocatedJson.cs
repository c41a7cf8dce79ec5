using System.Globalization;
using System.Text;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Core.Json;

/// <summary>
/// A parsed JSON text that knows the line and column of every value and key, so that a mistake in its meaning is reported as precisely as
/// one in its syntax. For untrusted files: depth and number of values are bounded; duplicate keys, comments, trailing commas and invalid
/// UTF-8 are errors.
/// </summary>
public sealed class LocatedJson
{
    /// <summary>Deeper nesting than any published configuration or tokenizer has.</summary>
    public const int MaximumDepth = 64;

    /// <summary>Twice what the largest published tokenizers hold.</summary>
    public const int MaximumValues = 4_000_000;

    readonly JsonTokens tokens;

    LocatedJson(byte[] utf8, JsonPositions positions, JsonTokens tokens) => (Utf8, Positions, this.tokens) = (utf8, positions, tokens);

    public JsonCursor Root => new(this, 0);

    internal byte[] Utf8 { get; }

    internal JsonPositions Positions { get; }

    internal ref readonly JsonToken this[int index] => ref tokens.Values[index];

    /// <param name="utf8">The text; kept, not copied: it must not change afterwards.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="ProblemException">Not JSON, a duplicate key, or beyond the limits; with line and column.</exception>
    public static LocatedJson Parse(byte[] utf8, string file)
    {
        if (utf8.AsSpan().StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        var positions = new JsonPositions(utf8, file);
        if (!System.Text.Unicode.Utf8.IsValid(utf8)) throw new ProblemException("not valid UTF-8", positions.At(FirstInvalid(utf8)), remedy: "save the file as UTF-8");
        return new LocatedJson(utf8, positions, new JsonScanner(utf8, positions).Read());
    }

    internal (string Name, int Start) Key(int index) => tokens.Keys[this[index].Key];

    /// <summary>The token of an object's member, or −1.</summary>
    internal int Find(int map, string name)
    {
        if (tokens.Indexes.TryGetValue(map, out var members)) return members.GetValueOrDefault(name, -1);
        for (int i = map + 1, end = this[map].Next; i < end; i = this[i].Next)
            if (Key(i).Name == name) return i;
        return -1;
    }

    /// <summary>Keys and places in lists that lead to a value: <c>model.vocab.the</c>, <c>added_tokens[3].id</c>; empty for the whole document.</summary>
    internal string PathOf(int index)
    {
        var path = new StringBuilder();
        for (var at = 0; at != index;)
        {
            var inList = this[at].Kind == JsonKind.List;
            var place = 0;
            for (at++; this[at].Next <= index; at = this[at].Next) place++;
            if (inList) path.Append(CultureInfo.InvariantCulture, $"[{place}]");
            else path.Append(path.Length > 0 ? "." : "").Append(Excerpt.Of(Key(at).Name));
        }
        return path.ToString();
    }

    static int FirstInvalid(ReadOnlySpan<byte> utf8)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(utf8[at..], out _, out var length) == System.Buffers.OperationStatus.Done) at += length;
        return at;
    }
}
