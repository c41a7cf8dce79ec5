namespace MergeLab.Data.World;

/// <summary>A verb that takes a thing: its forms, and those of a synonym.</summary>
public sealed record Act(string Past, string Base, string Participle, string OtherPast, string OtherBase)
{
    /// <summary>The synonyms are regular: their participle is their past.</summary>
    public string ParticipleOf(bool synonym) => synonym ? OtherPast : Participle;

    public string PastOf(bool synonym) => synonym ? OtherPast : Past;

    public string BaseOf(bool synonym) => synonym ? OtherBase : Base;
}

public static class Acts
{
    public static readonly Act[] All =
    [
        new("bought", "buy", "bought", "purchased", "purchase"),
        new("sold", "sell", "sold", "traded", "trade"),
        new("found", "find", "found", "discovered", "discover"),
        new("lost", "lose", "lost", "misplaced", "misplace"),
        new("hid", "hide", "hidden", "concealed", "conceal"),
        new("carried", "carry", "carried", "moved", "move"),
        new("chose", "choose", "chosen", "picked", "pick"),
        new("guarded", "guard", "guarded", "protected", "protect"),
    ];
}
