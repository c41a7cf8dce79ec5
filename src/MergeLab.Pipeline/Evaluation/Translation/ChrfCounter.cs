using System.Runtime.InteropServices;
using MergeLab.Evaluation.Text;

namespace MergeLab.Evaluation.Translation;

/// <summary>Counts one line after another with buffers of its own. Not safe for concurrent use.</summary>
sealed class ChrfCounter(ChrfOptions options)
{
    const int MostWords = 1 << 20;

    readonly Vocabulary _vocabulary = new();
    readonly NgramTrie _characters = new(options.CharOrder);
    readonly NgramTrie _words = new(options.WordOrder);
    readonly List<int> _hypothesisCharacters = [], _hypothesisWords = [], _referenceCharacters = [], _referenceWords = [];

    public ChrfCounts Count(string hypothesis, IReadOnlyList<string> references)
    {
        if (_vocabulary.Count > MostWords) _vocabulary.Clear();
        Read(hypothesis, _hypothesisCharacters, _hypothesisWords);
        ChrfCounts? best = null;
        var bestScore = -1.0;
        foreach (var reference in references)
        {
            Read(reference, _referenceCharacters, _referenceWords);
            var counts = new ChrfCounts(new int[options.Orders], new int[options.Orders], new int[options.Orders]);
            Compare(_characters, _hypothesisCharacters, _referenceCharacters, counts, 0, options.CharOrder);
            Compare(_words, _hypothesisWords, _referenceWords, counts, options.CharOrder, options.WordOrder);
            var score = Chrf.Compute(counts, options);
            if (score > bestScore) (best, bestScore) = (counts, score);
        }
        return best!;
    }

    static void Compare(NgramTrie trie, List<int> hypothesis, List<int> reference, ChrfCounts counts, int first, int orders)
    {
        if (orders == 0) return;
        trie.Clear();
        trie.Add(CollectionsMarshal.AsSpan(reference));
        trie.Match(CollectionsMarshal.AsSpan(hypothesis), counts.Matches.AsSpan(first, orders));
        for (var n = 0; n < orders; n++)
        {
            counts.Reference[first + n] = Math.Max(reference.Count - n, 0);
            counts.Hypothesis[first + n] = counts.Reference[first + n] > 0 ? Math.Max(hypothesis.Count - n, 0) : 0;
        }
    }

    void Read(string text, List<int> characters, List<int> words)
    {
        if (options.Lowercase) text = PythonText.Lower(text);
        characters.Clear();
        words.Clear();
        foreach (var rune in text.EnumerateRunes())
            if (options.Whitespace || !rune.IsBmp || !PythonText.IsSpace((char)rune.Value)) characters.Add(rune.Value);
        if (options.WordOrder == 0) return;
        var at = 0;
        for (var word = PythonText.NextWord(text, ref at); !word.IsEmpty; word = PythonText.NextWord(text, ref at))
        {
            // One mark is split off, at the end before the start, and never from a word of one character.
            if (word.Length == 1) words.Add(_vocabulary.Intern(word));
            else if (IsMark(word[^1])) words.AddRange([_vocabulary.Intern(word[..^1]), _vocabulary.Intern(word[^1..])]);
            else if (IsMark(word[0])) words.AddRange([_vocabulary.Intern(word[..1]), _vocabulary.Intern(word[1..])]);
            else words.Add(_vocabulary.Intern(word));
        }
    }

    static bool IsMark(char c) => char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && c is > ' ' and < '\u007f';
}
