using System.Buffers;

namespace MergeLab.Data.Tokenizers;

/// <summary>Finds strings of a set in a text: leftmost first, of those the longest, not overlapping.</summary>
sealed class TokenTrie
{
    /// <summary>Longer added tokens would let a text be scanned that many times over.</summary>
    public const int MaximumLength = 1_000;

    readonly Dictionary<(int Node, char Unit), int> edges = [];
    readonly Dictionary<int, int> values = [];
    readonly SearchValues<char> firstUnits;

    public TokenTrie(IEnumerable<(string Token, int Value)> tokens)
    {
        var nodes = 1;
        foreach (var (token, value) in tokens)
        {
            var node = 0;
            foreach (var unit in token)
            {
                if (!edges.TryGetValue((node, unit), out var next)) edges.Add((node, unit), next = nodes++);
                node = next;
            }
            values.TryAdd(node, value);
        }
        firstUnits = SearchValues.Create([.. edges.Keys.Where(k => k.Node == 0).Select(k => k.Unit)]);
    }

    public bool IsEmpty => values.Count == 0;

    /// <summary>The next match at or after <paramref name="from"/>.</summary>
    public bool TryFind(ReadOnlySpan<char> text, int from, out int start, out int length, out int value)
    {
        (length, value) = (0, 0);
        for (start = from; start < text.Length; start++)
        {
            var candidate = text[start..].IndexOfAny(firstUnits);
            if (candidate < 0) break;
            start += candidate;
            var node = 0;
            for (var i = start; i < text.Length && edges.TryGetValue((node, text[i]), out node); i++)
                if (values.TryGetValue(node, out var found)) (length, value) = (i + 1 - start, found);
            if (length > 0) return true;
        }
        return false;
    }
}
