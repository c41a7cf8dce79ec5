namespace MergeLab.Data.Tokenizers.Decoders;

/// <summary>Turns tokens back into stretches of text, which are then joined without anything between. Stateless.</summary>
interface IDecoder
{
    List<string> Decode(List<string> tokens);
}

sealed class DecoderSequence(IReadOnlyList<IDecoder> steps) : IDecoder
{
    public List<string> Decode(List<string> tokens) => steps.Aggregate(tokens, (t, step) => step.Decode(t));
}

/// <summary>Joins all tokens into one, for the steps that follow.</summary>
sealed class Fuse : IDecoder
{
    public List<string> Decode(List<string> tokens) => [string.Concat(tokens)];
}

/// <summary>Replaces a literal string in each token.</summary>
sealed class ReplaceDecoder(string pattern, string content) : IDecoder
{
    public List<string> Decode(List<string> tokens) => pattern.Length == 0 ? tokens : tokens.ConvertAll(t => t.Replace(pattern, content, StringComparison.Ordinal));
}

/// <summary>Removes a character at the ends of each token, up to so many times.</summary>
sealed class StripDecoder(char content, int start, int stop) : IDecoder
{
    public List<string> Decode(List<string> tokens) => tokens.ConvertAll(token =>
    {
        var (from, to) = (0, token.Length);
        while (from < Math.Min(start, token.Length) && token[from] == content) from++;
        while (token.Length - to < stop && to > from && token[to - 1] == content) to--;
        return token[from..to];
    });
}

/// <summary>Character-level BPE: a suffix marks the end of a word, and a space takes its place except at the end.</summary>
sealed class BpeDecoder(string suffix) : IDecoder
{
    public List<string> Decode(List<string> tokens) =>
        suffix.Length == 0 ? tokens : [.. tokens.Select((t, i) => t.Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal))];
}

/// <summary>Spaces before all tokens but the first and those with the prefix, which loses it.</summary>
sealed class WordPieceDecoder(string prefix, bool cleanup) : IDecoder
{
    public List<string> Decode(List<string> tokens) => [.. tokens.Select((token, i) =>
    {
        var text = i == 0 ? token : token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : $" {token}";
        return cleanup ? TextCleanup.OfPiece(text) : text;
    })];
}
