namespace MergeLab.Evaluation.Translation;

/// <summary>Edit distances of rearrangements of one hypothesis to one reference, within a beam around the diagonal, and the alignment of one of them.</summary>
sealed class TerDistance
{
    const int Beam = 25;
    const int Never = 1_000_000_000;

    enum Edit : byte
    {
        None,
        Same,
        Substitute,

        /// <summary>A word of the hypothesis goes.</summary>
        Delete,

        /// <summary>A word of the reference comes.</summary>
        Insert,
    }

    readonly int[] _reference;
    readonly int _length;
    readonly double _slope;
    readonly int _beam;
    readonly int[][] _costs;
    readonly Edit[][] _edits;
    readonly int[][] _tried;
    readonly int[] _aligned;
    readonly bool[] _hypothesisErrors;
    readonly bool[] _referenceErrors;
    int[] _words = [];

    public TerDistance(int length, int[] reference)
    {
        (_length, _reference) = (length, reference);
        _slope = length == 0 ? 1 : (double)reference.Length / length;
        _beam = Beam < _slope / 2 ? (int)Math.Ceiling((_slope / 2) + Beam) : Beam;
        int[][] Rows() => [.. Enumerable.Range(0, length + 1).Select(_ => new int[reference.Length + 1])];
        (_costs, _tried) = (Rows(), Rows());
        _edits = [.. Enumerable.Range(0, length + 1).Select(_ => new Edit[reference.Length + 1])];
        for (var j = 0; j <= reference.Length; j++)
        {
            _costs[0][j] = j;
            _edits[0][j] = Edit.Insert;
        }
        (_aligned, _hypothesisErrors, _referenceErrors) = (new int[reference.Length], new bool[length], new bool[reference.Length]);
    }

    /// <summary>The hypothesis word a word of the reference stands at, or −1 before the first.</summary>
    public int Aligned(int expected) => _aligned[expected];

    public bool HasHypothesisError(int start, int length) => _hypothesisErrors.AsSpan(start, length).Contains(true);

    public bool HasReferenceError(int start, int length) => _referenceErrors.AsSpan(start, length).Contains(true);

    /// <summary>The distance; alignment and errors are of these words from now on.</summary>
    public int Align(int[] words)
    {
        _words = words;
        for (var i = 1; i <= _length; i++) Fill(words, i, _costs[i - 1], _costs[i], _edits[i]);
        var (h, r) = (_length, _reference.Length);
        while (h > 0 || r > 0)
        {
            var edit = _edits[h][r];
            if (edit == Edit.Delete) _hypothesisErrors[--h] = true;
            else if (edit == Edit.Insert)
            {
                _referenceErrors[--r] = true;
                _aligned[r] = h - 1;
            }
            else
            {
                _hypothesisErrors[--h] = _referenceErrors[--r] = edit == Edit.Substitute;
                _aligned[r] = h;
            }
        }
        return _costs[_length][^1];
    }

    /// <summary>The distance of another order of the words; rows before the first moved word are those of <see cref="Align"/>.</summary>
    public int Of(int[] words)
    {
        var same = words.AsSpan().CommonPrefixLength(_words);
        if (same == _length) return _costs[_length][^1];
        for (var i = same + 1; i <= _length; i++) Fill(words, i, i == same + 1 ? _costs[same] : _tried[i - 1], _tried[i], null);
        return _tried[_length][^1];
    }

    /// <summary>Of equally cheap edits first the diagonal, then deletion, then insertion.</summary>
    void Fill(int[] words, int i, int[] above, int[] row, Edit[]? edits)
    {
        Array.Fill(row, Never);
        edits?.AsSpan().Clear();
        var diagonal = (int)Math.Floor(i * _slope);
        var end = i == _length ? row.Length : Math.Min(row.Length, diagonal + _beam);
        for (var j = Math.Max(0, diagonal - _beam); j < end; j++)
        {
            var (cost, edit) = (above[j] + 1, Edit.Delete);
            if (j > 0)
            {
                var same = words[i - 1] == _reference[j - 1];
                var across = above[j - 1] + (same ? 0 : 1);
                if (across <= cost) (cost, edit) = (across, same ? Edit.Same : Edit.Substitute);
                if (row[j - 1] + 1 < cost) (cost, edit) = (row[j - 1] + 1, Edit.Insert);
            }
            if (cost >= Never) continue;
            row[j] = cost;
            if (edits is not null) edits[j] = edit;
        }
    }
}
