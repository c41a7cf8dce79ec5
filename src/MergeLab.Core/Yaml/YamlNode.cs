using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Core.Yaml;

/// <summary>A parsed YAML value that remembers where it stands.</summary>
public abstract record YamlNode(Place Place)
{
    /// <summary>What kind of value it is, as error messages name it.</summary>
    public abstract string Kind { get; }
}

/// <summary>A scalar. Quoted text is never a number, a boolean or null.</summary>
public sealed record YamlScalar(string Text, bool Quoted, Place Place) : YamlNode(Place)
{
    public bool IsNull => !Quoted && Text is ("" or "~" or "null" or "Null" or "NULL");

    public override string Kind => IsNull ? "null" : Quoted ? "text" : $"'{Excerpt.Of(Text)}'";
}

public sealed record YamlList(IReadOnlyList<YamlNode> Items, Place Place) : YamlNode(Place)
{
    public override string Kind => "a list";
}

/// <summary>Entries in file order; keys are text and unique.</summary>
public sealed record YamlMap(IReadOnlyList<YamlEntry> Entries, Place Place) : YamlNode(Place)
{
    public override string Kind => "a mapping";

    public YamlEntry? Find(string key) => Entries.FirstOrDefault(e => e.Key == key);
}

/// <summary>A key, where it stands, and its value.</summary>
public sealed record YamlEntry(string Key, Place KeyPlace, YamlNode Value);
