namespace MergeLab.Evaluation.Summaries;

/// <summary>One text as word numbers, in lines; lines without words are not kept. Reused from text to text.</summary>
sealed class RougeText
{
    int[] _words = new int[256];
    int[] _lineEnds = new int[16];
    int _lines;

    public int Count { get; private set; }

    public int Lines => _lines;

    public ReadOnlySpan<int> Words => _words.AsSpan(0, Count);

    public ReadOnlySpan<int> Line(int index) => _words.AsSpan((index == 0 ? 0 : _lineEnds[index - 1]).._lineEnds[index]);

    public void Clear() => Count = _lines = 0;

    public void Add(int word)
    {
        if (Count == _words.Length) Array.Resize(ref _words, Count * 2);
        _words[Count++] = word;
    }

    public void EndLine()
    {
        if (Count == (_lines == 0 ? 0 : _lineEnds[_lines - 1])) return;
        if (_lines == _lineEnds.Length) Array.Resize(ref _lineEnds, _lines * 2);
        _lineEnds[_lines++] = Count;
    }
}
