using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Core.Json;

namespace MergeLab.Data.Tokenizers;

/// <summary>What <c>tokenizer_config.json</c> (or, in older folders, <c>special_tokens_map.json</c>) adds to a tokenizer: its padding token, and which side is padded and cut.</summary>
public sealed record TokenizerSettings(string? PaddingToken, Side PaddingSide, Side TruncationSide)
{
    static readonly string[] usualPaddingTokens = ["<pad>", "[PAD]"];

    /// <param name="path">The folder, or a file in it. Missing files are fine.</param>
    public static TokenizerSettings Load(string path)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        var (configuration, map) = (Find(folder, "tokenizer_config.json"), Find(folder, "special_tokens_map.json"));
        return new TokenizerSettings(
            Token(configuration?.Find("pad_token")) ?? Token(map?.Find("pad_token")),
            Truncation.ReadSide(configuration?.Find("padding_side")),
            Truncation.ReadSide(configuration?.Find("truncation_side")));
    }

    /// <summary>Padding to the longest of a batch. The configuration's token comes first, then that of the tokenizer's own padding, then the usual names.</summary>
    /// <exception cref="ProblemException">No padding token is known, or the vocabulary lacks it.</exception>
    public Padding Padding(Tokenizer tokenizer, string path)
    {
        var token = PaddingToken ?? tokenizer.FilePadding?.Token ?? usualPaddingTokens.FirstOrDefault(t => tokenizer.TokenToId(t) is not null)
            ?? throw new ProblemException("the tokenizer has no padding token", new Place(path), remedy: "name one as \"pad_token\" in tokenizer_config.json");
        var id = tokenizer.TokenToId(token) ?? throw new ProblemException($"the padding token '{token}' is not in the vocabulary", new Place(path));
        return new Padding(id, token, tokenizer.FilePadding?.TypeId ?? 0, PaddingSide);
    }

    static JsonCursor? Find(string folder, string name) =>
        Path.Combine(folder, name) is var file && File.Exists(file) ? JsonFile.Read(file).Root : null;

    /// <summary>A token is its text, or an object with it as "content".</summary>
    static string? Token(JsonCursor? at) => at is not { } token ? null : token.IsObject ? token.Get("content").AsString() : token.AsString();
}
