using System.Text.Json;
using MergeLab.Core.Errors;

namespace MergeLab.Data.Json;

/// <summary>
/// A parsed JSON file that knows the line and column of every value, so that a mistake in its meaning is reported as precisely as one in its syntax.
/// Untrusted: size and depth are bounded.
/// </summary>
public sealed class LocatedJson
{
    /// <summary>Deeper nesting than any tokenizer file has.</summary>
    public const int MaximumDepth = 64;

    readonly Token[] tokens;

    LocatedJson(byte[] bytes, Token[] tokens, string file) => (Bytes, this.tokens, File) = (bytes, tokens, file);

    /// <param name="Kind">Type of the value, or of the property name.</param>
    /// <param name="Start">Byte offset of the value; of a string: of its opening quote.</param>
    /// <param name="End">Byte offset past the value's first token.</param>
    /// <param name="Next">Index of the token past the value with all it holds.</param>
    internal readonly record struct Token(JsonTokenType Kind, int Start, int End, int Next);

    public string File { get; }

    public JsonCursor Root => new(this, 0);

    internal byte[] Bytes { get; }

    internal Token this[int index] => tokens[index];

    /// <exception cref="ProblemException">The file is missing, larger than <paramref name="maximumBytes"/>, or not JSON.</exception>
    public static LocatedJson Read(string path, long maximumBytes)
    {
        var info = new FileInfo(path);
        if (!info.Exists) throw new ProblemException("no such file", new Place(path), remedy: "check the path");
        if (info.Length > maximumBytes)
            throw new ProblemException($"the file has {info.Length:N0} bytes", new Place(path), $"at most {maximumBytes:N0} are read");
        return Parse(System.IO.File.ReadAllBytes(path), path);
    }

    /// <param name="utf8">The text; kept, not copied.</param>
    /// <param name="file">What messages call it.</param>
    public static LocatedJson Parse(byte[] utf8, string file)
    {
        var skip = utf8.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var tokens = new List<Token>(Math.Max(16, utf8.Length / 12));
        var open = new Stack<int>();
        var reader = new Utf8JsonReader(utf8.AsSpan(skip), new JsonReaderOptions { MaxDepth = MaximumDepth });
        try
        {
            while (reader.Read())
            {
                var (start, end) = (skip + (int)reader.TokenStartIndex, skip + (int)reader.BytesConsumed);
                switch (reader.TokenType)
                {
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        var opener = open.Pop();
                        tokens[opener] = tokens[opener] with { Next = tokens.Count };
                        break;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        open.Push(tokens.Count);
                        goto default;
                    default:
                        tokens.Add(new Token(reader.TokenType, start, end, tokens.Count + 1));
                        break;
                }
            }
        }
        catch (JsonException e)
        {
            throw new ProblemException("not valid JSON", At(utf8, skip + (int)reader.BytesConsumed, file, e), Reason(e), inner: e);
        }
        return new LocatedJson(utf8, [.. tokens], file);
    }

    internal Place At(int offset)
    {
        var before = Bytes.AsSpan(0, offset);
        return Place(before.Count((byte)'\n') + 1, before[(before.LastIndexOf((byte)'\n') + 1)..], File);
    }

    static Place At(byte[] bytes, int fallback, string file, JsonException e)
    {
        if (e.LineNumber is not { } line || e.BytePositionInLine is not { } column) return new Place(file);
        var start = 0;
        for (var i = 0L; i < line; i++) start += bytes.AsSpan(start).IndexOf((byte)'\n') + 1;
        var end = Math.Min(bytes.Length, Math.Max(start, line == 0 && fallback < column ? fallback : start + (int)column));
        return Place((int)line + 1, bytes.AsSpan(start, end - start), file);
    }

    /// <summary>Columns count characters, as editors do, not bytes.</summary>
    static Place Place(int line, ReadOnlySpan<byte> lineBefore, string file)
    {
        if (lineBefore.StartsWith("\uFEFF"u8)) lineBefore = lineBefore[3..];
        return new Place(file, line, System.Text.Encoding.UTF8.GetCharCount(lineBefore) + 1);
    }

    /// <summary>The reader's message without the position, which stands in the place.</summary>
    static string Reason(JsonException e) => e.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0];
}
