using MergeLab.Evaluation.Text;

namespace MergeLab.Evaluation.Summaries;

/// <summary>
/// rouge_score's tokenization: lower-case, then words are the runs of a–z and 0–9. The vocabulary lives on over texts, so each distinct
/// word is stemmed once.
/// </summary>
sealed class RougeTokenizer(RougeTokenization tokenization, bool stemmer)
{
    /// <summary>Words this short are never stemmed by rouge_score.</summary>
    const int LongestUnstemmed = 3;

    const int MostWords = 1 << 20;
    const int MostLetters = 1 << 26;

    const char KelvinSign = '\u212A';
    const char DottedCapitalI = 'İ';

    /// <summary>The lower-case letter or digit an ASCII character stands for, else 0.</summary>
    static readonly char[] WordLetters = [.. Enumerable.Range(0, 128).Select(c => char.IsAsciiLetterOrDigit((char)c) ? char.ToLowerInvariant((char)c) : '\0')];

    readonly bool _stemming = stemmer && tokenization == RougeTokenization.Words;
    readonly Vocabulary _words = new();
    readonly Vocabulary _stems = new();
    int[] _stemOf = new int[2048];
    char[] _word = new char[64];

    /// <summary>Word numbers given so far are below this.</summary>
    public int VocabularySize => Final.Count;

    /// <summary>Forgets all words once there are very many. Call between pairs only: numbers start anew.</summary>
    public void Trim()
    {
        if (_words.Count <= MostWords && _words.Size <= MostLetters) return;
        _words.Clear();
        _stems.Clear();
    }

    public string Word(int number) => Final[number].ToString();

    Vocabulary Final => _stemming ? _stems : _words;

    public void Read(ReadOnlySpan<char> text, RougeText into)
    {
        into.Clear();
        if (tokenization == RougeTokenization.Words) ReadWords(text, into);
        else ReadWhitespace(text, into);
        into.EndLine();
    }

    void ReadWords(ReadOnlySpan<char> text, RougeText into)
    {
        var letters = WordLetters;
        var word = _word;
        var length = 0;
        foreach (var c in text)
        {
            var letter = c < 128 ? letters[c] : c switch { KelvinSign => 'k', DottedCapitalI => 'i', _ => '\0' };
            if (letter != 0)
            {
                if (length == word.Length)
                {
                    Array.Resize(ref _word, length * 2);
                    word = _word;
                }
                word[length++] = letter;
                // Lower-cased it is an i and a combining dot, and the dot is no letter.
                if (c != DottedCapitalI) continue;
            }
            if (length > 0) into.Add(Number(word.AsSpan(0, length)));
            length = 0;
            if (c == '\n') into.EndLine();
        }
        if (length > 0) into.Add(Number(word.AsSpan(0, length)));
    }

    void ReadWhitespace(ReadOnlySpan<char> text, RougeText into)
    {
        foreach (var line in text.Split('\n'))
        {
            var at = 0;
            var words = text[line];
            for (var word = PythonText.NextWord(words, ref at); !word.IsEmpty; word = PythonText.NextWord(words, ref at)) into.Add(_words.Intern(word));
            into.EndLine();
        }
    }

    int Number(Span<char> word)
    {
        var known = _words.Count;
        var number = _words.Intern(word);
        if (!_stemming) return number;
        if (number == known)
        {
            if (number == _stemOf.Length) Array.Resize(ref _stemOf, number * 2);
            _stemOf[number] = _stems.Intern(word.Length > LongestUnstemmed ? word[..PorterStemmer.Stem(word)] : word);
        }
        return _stemOf[number];
    }
}
