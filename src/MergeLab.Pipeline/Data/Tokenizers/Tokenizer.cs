using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Core.Json;
using MergeLab.Data.Tokenizers.Decoders;
using MergeLab.Data.Tokenizers.Models;
using MergeLab.Data.Tokenizers.Normalizers;
using MergeLab.Data.Tokenizers.PostProcessors;
using MergeLab.Data.Tokenizers.PreTokenizers;
using MergeLab.Data.Tokenizers.Text;

namespace MergeLab.Data.Tokenizers;

/// <summary>
/// A tokenizer as <c>tokenizer.json</c> describes it (the file of Hugging Face's tokenizers):
/// added tokens → normalizer → pre-tokenizer → model → truncation → post-processor → padding, and back through a decoder.
/// Immutable: any number of threads may use one.
/// </summary>
public sealed class Tokenizer
{
    /// <summary>Largest file read. The largest published ones have about 35 MB.</summary>
    public const int MaximumFileBytes = 256 << 20;

    readonly INormalizer? normalizer;
    readonly IPreTokenizer? preTokenizer;
    readonly ITokenModel model;
    readonly IPostProcessor? postProcessor;
    readonly IDecoder? decoder;
    readonly AddedVocabulary added;

    Tokenizer(JsonCursor root)
    {
        normalizer = root.Find("normalizer") is { } n ? NormalizerReader.Read(n) : null;
        preTokenizer = root.Find("pre_tokenizer") is { } p ? PreTokenizerReader.Read(p) : null;
        model = ModelReader.Read(root.Get("model"));
        postProcessor = root.Find("post_processor") is { } o ? PostProcessorReader.Read(o) : null;
        decoder = root.Find("decoder") is { } d ? DecoderReader.Read(d) : null;
        added = new AddedVocabulary(root.Find("added_tokens")?.Items() ?? [], model, normalizer);
        FileTruncation = root.Find("truncation") is { } t ? Truncation.Read(t) : null;
        FilePadding = root.Find("padding") is { } f ? Padding.Read(f) : null;
        foreach (var (id, token) in postProcessor?.SpecialTokens ?? [])
            if (IdToToken(id) is null) throw root.Get("post_processor").Problem($"the special token '{token}' has the id {id}, which the vocabulary lacks");
    }

    /// <summary>The truncation the file asks for.</summary>
    public Truncation? FileTruncation { get; }

    /// <summary>The padding the file asks for.</summary>
    public Padding? FilePadding { get; }

    /// <summary>One past the highest id: the least number of rows an embedding needs.</summary>
    public int IdLimit => Math.Max(model.IdLimit, added.Ids.DefaultIfEmpty(-1).Max() + 1);

    /// <param name="path">A <c>tokenizer.json</c>, or the folder it lies in.</param>
    /// <exception cref="ProblemException">The file is missing, is not JSON, contradicts itself, or uses a component that is not supported.</exception>
    public static Tokenizer Load(string path)
    {
        if (Directory.Exists(path)) path = Path.Combine(path, "tokenizer.json");
        return new Tokenizer(JsonFile.Read(path, MaximumFileBytes).Root);
    }

    /// <param name="json">Contents of a <c>tokenizer.json</c>.</param>
    /// <param name="name">What messages call it.</param>
    public static Tokenizer Parse(string json, string name = "tokenizer.json") => new(LocatedJson.Parse(System.Text.Encoding.UTF8.GetBytes(json), name).Root);

    public int? TokenToId(string token) => added.TokenToId(token) ?? model.TokenToId(token);

    public string? IdToToken(int id) => added.IdToToken(id) ?? model.IdToToken(id);

    public Encoding Encode(string text, string? pair = null, EncodeOptions? options = null)
    {
        options ??= EncodeOptions.Default;
        return Padded([Finish(Sequence(text, 0), pair is null ? null : Sequence(pair, 1), options)], options)[0];
    }

    /// <summary>A text that is split into words already; offsets count within each word.</summary>
    public Encoding EncodeWords(IReadOnlyList<string> words, EncodeOptions? options = null)
    {
        options ??= EncodeOptions.Default;
        var builder = new EncodingBuilder();
        for (var i = 0; i < words.Count; i++) Append(WellFormed.Of(words[i]), builder, i);
        return Padded([Finish(builder.Build(0), null, options)], options)[0];
    }

    /// <summary>Each input by itself, padded together. The same whatever the number of threads.</summary>
    public Encoding[] EncodeBatch(IReadOnlyList<TextInput> inputs, EncodeOptions? options = null)
    {
        options ??= EncodeOptions.Default;
        var encodings = new Encoding[inputs.Count];
        Parallel.For(0, inputs.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Threads }, i =>
        {
            var (text, pair) = inputs[i];
            encodings[i] = Finish(Sequence(text, 0), pair is null ? null : Sequence(pair, 1), options);
        });
        return Padded(encodings, options);
    }

    /// <summary>Ids that do not exist are skipped.</summary>
    public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens = true)
    {
        var tokens = new List<string>(ids.Count);
        foreach (var id in ids)
            if (IdToToken(id) is { } token && !(skipSpecialTokens && added.IsSpecial(token))) tokens.Add(token);
        return decoder is null ? string.Join(' ', tokens) : string.Concat(decoder.Decode(tokens));
    }

    Encoding Sequence(string text, int sequence)
    {
        var builder = new EncodingBuilder();
        Append(WellFormed.Of(text), builder, Encoding.None);
        return builder.Build(sequence);
    }

    void Append(string text, EncodingBuilder builder, int word)
    {
        var pieces = new List<Piece>();
        foreach (var piece in added.Extract(new NormalizedText(text)))
        {
            if (preTokenizer is null || piece.AddedId != Piece.NotAdded) pieces.Add(piece);
            else preTokenizer.Split(piece, pieces);
        }
        var codePoints = CodePointOffsets.For(text);
        var tokens = new List<ModelToken>();
        for (var i = 0; i < pieces.Count; i++)
        {
            var piece = pieces[i];
            tokens.Clear();
            if (piece.AddedId == Piece.NotAdded) model.Tokenize(piece.Span, tokens);
            else tokens.Add(new ModelToken(piece.AddedId, piece.Span.ToString(), 0, piece.End - piece.Start));
            foreach (var token in tokens) builder.Add(piece, token, codePoints, word == Encoding.None ? i : word);
        }
    }

    Encoding Finish(Encoding first, Encoding? second, EncodeOptions options)
    {
        var specialTokens = options.AddSpecialTokens ? postProcessor?.AddedTokens(second is not null) ?? 0 : 0;
        if (options.Truncation is { } truncation) (first, second) = truncation.Apply(first, second, specialTokens, options.KeepOverflow);
        return Encoding.Concatenate(postProcessor?.Process(first, second, options.AddSpecialTokens) ?? (second is null ? [first] : [first, second]));
    }

    static Encoding[] Padded(Encoding[] encodings, EncodeOptions options)
    {
        options.Padding?.Apply(encodings);
        return encodings;
    }
}
