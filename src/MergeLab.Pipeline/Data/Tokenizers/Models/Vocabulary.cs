using MergeLab.Core.Json;

namespace MergeLab.Data.Tokenizers.Models;

/// <summary>Tokens and their ids, both ways.</summary>
sealed class Vocabulary
{
    readonly Dictionary<string, int> ids;
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> bySpan;
    readonly string?[] tokens;

    Vocabulary(Dictionary<string, int> ids, string?[] tokens)
    {
        (this.ids, this.tokens) = (ids, tokens);
        bySpan = ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count => ids.Count;

    public int IdLimit => tokens.Length;

    public bool TryGetId(ReadOnlySpan<char> token, out int id) => bySpan.TryGetValue(token, out id);

    public string? Token(int id) => (uint)id < (uint)tokens.Length ? tokens[id] : null;

    /// <summary>
    /// Reads <c>{"token": id, …}</c>. Ids may leave gaps, as trimmed vocabularies do, but not such that a table of them would be mostly gap.
    /// </summary>
    public static Vocabulary Read(JsonCursor at)
    {
        var entries = at.Properties().ToList();
        var maximum = Math.Max(entries.Count * 16, 0x10000);
        var ids = new Dictionary<string, int>(entries.Count);
        var highest = -1;
        foreach (var (name, value) in entries)
        {
            var id = value.AsInt(0, maximum);
            ids.Add(name, id);
            highest = Math.Max(highest, id);
        }
        var tokens = new string?[highest + 1];
        foreach (var (name, value) in entries)
        {
            ref var token = ref tokens[ids[name]];
            if (token is not null) throw value.Problem($"tokens '{token}' and '{name}' have the same id {ids[name]}");
            token = name;
        }
        return new Vocabulary(ids, tokens);
    }
}
