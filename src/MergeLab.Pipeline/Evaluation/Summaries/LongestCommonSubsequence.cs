using System.Numerics;
using MergeLab.Core.Errors;

namespace MergeLab.Evaluation.Summaries;

/// <summary>
/// Longest common subsequences of word sequences, 64 cells of the table at a time (Hyyrö, Bit-parallel LCS-length computation revisited,
/// 2004): bit i of a column is 0 where the table grows by one from reference word i−1 to i. These bits are also all that walking back
/// needs, so a column takes n/8 bytes.
/// </summary>
sealed class LongestCommonSubsequence
{
    const int NoWord = -1;
    const long MostCells = 1L << 33;

    int[] _last = [];
    int[] _previous = [];
    ulong[] _masks = [];
    ulong[] _column = [];
    ulong[] _matches = [];
    ulong[] _columns = [];
    int[] _reference = [];
    int _length;

    int Width => (_length + 63) / 64;

    /// <summary>Sets the reference; <see cref="Release"/> must follow before the next.</summary>
    /// <param name="reference">Word numbers, all below <paramref name="vocabulary"/>.</param>
    public void Prepare(ReadOnlySpan<int> reference, int vocabulary)
    {
        _length = reference.Length;
        if (_reference.Length < _length)
        {
            _reference = new int[_length * 2];
            _previous = new int[_length * 2];
        }
        if (_masks.Length < vocabulary)
        {
            _masks = new ulong[vocabulary * 2];
            _last = new int[vocabulary * 2];
            Array.Fill(_last, NoWord);
        }
        if (_column.Length < Width)
        {
            _column = new ulong[Width * 2];
            _matches = new ulong[Width * 2];
        }
        reference.CopyTo(_reference);
        if (Width <= 1)
        {
            for (var i = 0; i < reference.Length; i++) _masks[reference[i]] |= 1UL << i;
            return;
        }
        for (var i = 0; i < reference.Length; i++)
        {
            _previous[i] = _last[reference[i]];
            _last[reference[i]] = i;
        }
    }

    public void Release()
    {
        foreach (var word in _reference.AsSpan(0, _length))
        {
            _masks[word] = 0;
            _last[word] = NoWord;
        }
        _length = 0;
    }

    /// <summary>Length of the longest common subsequence with the reference.</summary>
    public int Length(ReadOnlySpan<int> prediction)
    {
        if (Width <= 1)
        {
            var column = ulong.MaxValue;
            foreach (var word in prediction)
            {
                var common = column & _masks[word];
                column = (column + common) | (column - common);
            }
            return BitOperations.PopCount(~column & Low(_length));
        }
        var cells = _column.AsSpan(0, Width);
        cells.Fill(ulong.MaxValue);
        foreach (var word in prediction) Advance(cells, word);
        var length = 0;
        foreach (var cell in cells) length += BitOperations.PopCount(~cell);
        return length;
    }

    /// <summary>
    /// Adds the reference positions of one longest common subsequence to <paramref name="union"/> (a bit each). Which of several: walking
    /// back from the ends, equal words are taken; else a word of the prediction is dropped if that alone keeps the length, and a word of the
    /// reference otherwise and on ties.
    /// </summary>
    public void AddPositions(ReadOnlySpan<int> prediction, Span<ulong> union)
    {
        FillColumns(prediction);
        var width = Width;
        var (i, j) = (_length - 1, prediction.Length - 1);
        while (i >= 0 && j >= 0)
        {
            if (_reference[i] == prediction[j])
            {
                union[i >> 6] |= 1UL << i;
                i--;
                j--;
            }
            else if ((_columns[(j * width) + (i >> 6)] & (1UL << i)) == 0) j--;
            else i--;
        }
    }

    void FillColumns(ReadOnlySpan<int> prediction)
    {
        var width = Width;
        if ((long)width * 64 * prediction.Length > MostCells)
        {
            throw new ProblemException($"a line of {prediction.Length} words against one of {_length} is too long for rougeLsum",
                why: "its table of longest common subsequences would not fit in memory", remedy: "break the text into lines, or use rougeL");
        }
        if (_columns.Length < width * prediction.Length) _columns = new ulong[Math.Max(1024, width * prediction.Length * 5L / 4)];
        if (width == 1)
        {
            var column = ulong.MaxValue;
            for (var j = 0; j < prediction.Length; j++)
            {
                var common = column & _masks[prediction[j]];
                _columns[j] = column = (column + common) | (column - common);
            }
            return;
        }
        var cells = _column.AsSpan(0, width);
        cells.Fill(ulong.MaxValue);
        for (var j = 0; j < prediction.Length; j++)
        {
            Advance(cells, prediction[j]);
            cells.CopyTo(_columns.AsSpan(j * width));
        }
    }

    /// <summary>One word of the prediction over a reference of several machine words; the carry of the sum runs from one to the next.</summary>
    void Advance(Span<ulong> column, int word)
    {
        var last = _last[word];
        if (last == NoWord) return;
        var matches = _matches.AsSpan(0, column.Length);
        for (var i = last; i != NoWord; i = _previous[i]) matches[i >> 6] |= 1UL << i;
        var carry = 0UL;
        for (var w = 0; w < column.Length; w++)
        {
            var common = column[w] & matches[w];
            var sum = column[w] + common;
            var over = sum < common ? 1UL : 0;
            sum += carry;
            carry = over | (sum < carry ? 1UL : 0);
            column[w] = sum | (column[w] - common);
        }
        for (var i = last; i != NoWord; i = _previous[i]) matches[i >> 6] = 0;
    }

    static ulong Low(int bits) => bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;
}
