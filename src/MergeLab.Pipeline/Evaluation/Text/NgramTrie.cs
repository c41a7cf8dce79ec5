namespace MergeLab.Evaluation.Text;

/// <summary>
/// The n-grams of all orders up to a greatest in one reference, or in several with the largest of their counts, as a tree in a hash table:
/// an n-gram's node is reached from that of its first n−1 tokens. Matching a hypothesis clips each n-gram at that count.
/// </summary>
sealed class NgramTrie(int orders)
{
    const uint Root = uint.MaxValue;

    readonly PairTable _nodes = new();
    int[] _counts = new int[1024];
    int[] _most = new int[1024];

    /// <summary>Forgets all references.</summary>
    public void Clear()
    {
        _most.AsSpan(0, _nodes.Count).Clear();
        _nodes.Clear();
    }

    /// <summary>Takes in one reference: token numbers below 2³².</summary>
    public void Add(ReadOnlySpan<int> tokens)
    {
        for (var i = 0; i < tokens.Length; i++)
        {
            var node = Root;
            foreach (var token in tokens.Slice(i, Math.Min(orders, tokens.Length - i)))
            {
                node = (uint)_nodes.Intern(node, (uint)token);
                if (node == _counts.Length)
                {
                    Array.Resize(ref _counts, _counts.Length * 2);
                    Array.Resize(ref _most, _counts.Length);
                }
                _counts[node]++;
            }
        }
        for (var node = 0; node < _nodes.Count; node++)
        {
            _most[node] = Math.Max(_most[node], _counts[node]);
            _counts[node] = 0;
        }
    }

    /// <summary>Adds to <paramref name="matches"/>, by order less one, the n-grams of a hypothesis that the references hold.</summary>
    public void Match(ReadOnlySpan<int> tokens, Span<int> matches)
    {
        for (var i = 0; i < tokens.Length; i++)
        {
            var node = Root;
            var length = Math.Min(orders, tokens.Length - i);
            for (var n = 0; n < length; n++)
            {
                var next = _nodes.Find(node, (uint)tokens[i + n]);
                if (next < 0) break;
                if (_counts[next] < _most[next])
                {
                    _counts[next]++;
                    matches[n]++;
                }
                node = (uint)next;
            }
        }
        _counts.AsSpan(0, _nodes.Count).Clear();
    }
}
