namespace MergeLab.Core.Json;

/// <summary>What a JSON value is.</summary>
public enum JsonKind : byte
{
    Null,
    Bool,
    Number,
    Text,
    List,
    Map,
}
