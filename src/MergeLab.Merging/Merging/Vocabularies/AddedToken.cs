using MergeLab.Core.Json;

namespace MergeLab.Merging.Vocabularies;

/// <summary>A token that is cut out of the text before the tokenizer's model sees it.</summary>
public sealed record AddedToken(int Id, string Content, bool SingleWord, bool LeftStrip, bool RightStrip, bool Normalized, bool Special)
{
    /// <summary>A token without any settings, as the reference library adds a mere text.</summary>
    public static AddedToken Plain(int id, string content) => new(id, content, false, false, false, true, false);

    public static AddedToken Read(JsonCursor at, int highestId)
    {
        bool Flag(string name, bool absent) => at.Find(name)?.AsBool() ?? absent;
        var special = Flag("special", false);
        return new AddedToken(at.Get("id").AsInt(0, highestId), at.Get("content").AsString(),
            Flag("single_word", false), Flag("lstrip", false), Flag("rstrip", false), Flag("normalized", !special), special);
    }

    /// <summary>Equal but for the id, which differs between tokenizers.</summary>
    public bool SameSettings(AddedToken other) => this with { Id = other.Id } == other;
}
