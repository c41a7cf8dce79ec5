using MergeLab.Core.Json;

namespace MergeLab.Data.Tokenizers;

/// <summary>A token that is cut out of the text before the model sees it.</summary>
/// <param name="LeftStrip">Swallows white space before it.</param>
/// <param name="RightStrip">Swallows white space after it.</param>
/// <param name="SingleWord">Matches only where no word character stands on either side.</param>
/// <param name="Normalized">Searched in the normalised text, in its own normalised form; else in the raw text.</param>
/// <param name="Special">Left out where special tokens are skipped in decoding.</param>
sealed record AddedToken(int Id, string Content, bool LeftStrip, bool RightStrip, bool SingleWord, bool Normalized, bool Special)
{
    public static AddedToken Read(JsonCursor at)
    {
        var content = at.Get("content").AsString();
        if (content.Length > TokenTrie.MaximumLength)
            throw at.Get("content").Problem($"an added token of {content.Length} characters", $"at most {TokenTrie.MaximumLength} are supported");
        var special = Component.Flag(at, "special", false);
        return new AddedToken(at.Get("id").AsInt(), content, Component.Flag(at, "lstrip", false), Component.Flag(at, "rstrip", false),
            Component.Flag(at, "single_word", false), Component.Flag(at, "normalized", !special), special);
    }
}
