namespace MergeLab.Core.Json;

/// <summary>One value of a document.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Byte offset; of a string: of its opening quote.</param>
/// <param name="End">Byte offset past the value's first token.</param>
/// <param name="Next">Index of the value past this one with all it holds.</param>
/// <param name="Key">Index of its key; −1 where it is no member of an object.</param>
readonly record struct JsonToken(JsonKind Kind, int Start, int End, int Next, int Key);

/// <summary>All of a document, in its order.</summary>
/// <param name="Values">Every value before those it holds. Longer than needed.</param>
/// <param name="Keys">Every key with the byte offset of its opening quote.</param>
/// <param name="Indexes">For objects with many members: from name to value.</param>
sealed record JsonTokens(JsonToken[] Values, IReadOnlyList<(string Name, int Start)> Keys, IReadOnlyDictionary<int, Dictionary<string, int>> Indexes);
