namespace MergeLab.Evaluation.Text;

/// <summary>Numbers words densely from 0. Kept over many texts, so that a word is stored (and stemmed) once; not safe for concurrent use.</summary>
sealed class Vocabulary
{
    const uint HashStart = 2166136261;
    const uint HashFactor = 16777619;

    int[] _slots = new int[4096];
    uint[] _hashes = new uint[2048];
    int[] _ends = new int[2049];
    char[] _letters = new char[16384];

    public int Count { get; private set; }

    /// <summary>Letters stored in all words together.</summary>
    public int Size => _ends[Count];

    public ReadOnlySpan<char> this[int word] => _letters.AsSpan(_ends[word].._ends[word + 1]);

    public void Clear()
    {
        Count = 0;
        Array.Clear(_slots);
    }

    public int Intern(ReadOnlySpan<char> word)
    {
        var hash = HashStart;
        foreach (var c in word) hash = (hash ^ c) * HashFactor;
        return Intern(word, hash);
    }

    int Intern(ReadOnlySpan<char> word, uint hash)
    {
        // The low bits of this hash depend on the low bits of the letters only; folding in the high ones spreads short words.
        var index = (int)(hash ^ (hash >> 15)) & (_slots.Length - 1);
        for (; _slots[index] != 0; index = (index + 1) & (_slots.Length - 1))
        {
            var known = _slots[index] - 1;
            if (_hashes[known] == hash && word.SequenceEqual(this[known])) return known;
        }
        return Add(word, hash, index);
    }

    int Add(ReadOnlySpan<char> word, uint hash, int index)
    {
        if (Count == _hashes.Length) index = Grow(hash);
        var end = _ends[Count] + word.Length;
        if (end > _letters.Length) Array.Resize(ref _letters, Math.Max(end, _letters.Length * 2));
        word.CopyTo(_letters.AsSpan(_ends[Count]));
        _ends[Count + 1] = end;
        _hashes[Count] = hash;
        _slots[index] = Count + 1;
        return Count++;
    }

    int Grow(uint next)
    {
        Array.Resize(ref _hashes, _hashes.Length * 2);
        Array.Resize(ref _ends, _hashes.Length + 1);
        _slots = new int[_hashes.Length * 2];
        for (var word = 0; word < Count; word++) _slots[Free(_hashes[word])] = word + 1;
        return Free(next);
    }

    int Free(uint hash)
    {
        var index = (int)(hash ^ (hash >> 15)) & (_slots.Length - 1);
        while (_slots[index] != 0) index = (index + 1) & (_slots.Length - 1);
        return index;
    }
}
