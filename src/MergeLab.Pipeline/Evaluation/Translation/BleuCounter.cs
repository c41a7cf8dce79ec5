using MergeLab.Evaluation.Text;

namespace MergeLab.Evaluation.Translation;

/// <summary>Counts one segment after another with buffers of its own. Not safe for concurrent use.</summary>
sealed class BleuCounter(int orders, Func<string, string> tokenize, ReferenceLengthRule rule)
{
    const int MostWords = 1 << 20;

    readonly Vocabulary _words = new();
    readonly NgramTrie _references = new(orders);
    readonly List<int> _tokens = [];

    public BleuCounts Count(string hypothesis, IReadOnlyList<string> references)
    {
        if (_words.Count > MostWords) _words.Clear();
        _references.Clear();
        var lengths = new int[references.Count];
        for (var r = 0; r < lengths.Length; r++)
        {
            var reference = Read(references[r]);
            lengths[r] = reference.Length;
            _references.Add(reference);
        }
        var tokens = Read(hypothesis);
        var counts = new BleuCounts(new int[orders], new int[orders], tokens.Length, Choose(lengths, tokens.Length));
        for (var n = 0; n < orders; n++) counts.Totals[n] = Math.Max(tokens.Length - n, 0);
        _references.Match(tokens, counts.Matches);
        return counts;
    }

    ReadOnlySpan<int> Read(string text)
    {
        _tokens.Clear();
        var line = tokenize(text).AsSpan();
        var at = 0;
        for (var word = PythonText.NextWord(line, ref at); !word.IsEmpty; word = PythonText.NextWord(line, ref at)) _tokens.Add(_words.Intern(word));
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_tokens);
    }

    int Choose(int[] lengths, int hypothesis) => rule == ReferenceLengthRule.Shortest
        ? lengths.Min()
        : lengths.MinBy(length => (Math.Abs(length - hypothesis), length));
}
