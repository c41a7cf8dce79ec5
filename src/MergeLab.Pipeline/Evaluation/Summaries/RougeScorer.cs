using MergeLab.Evaluation.Text;

namespace MergeLab.Evaluation.Summaries;

/// <summary>Scores one pair after another with buffers of its own: nothing is allocated per pair but the result. Not safe for concurrent use.</summary>
sealed class RougeScorer(RougeOptions options)
{
    /// <summary>Marks the number of an n-gram (n ≥ 2) in a pair, so it cannot be taken for a word's.</summary>
    const uint Gram = 1u << 31;

    readonly RougeTokenizer _tokenizer = new(options.Tokenization, options.Stemmer);
    readonly RougeText _prediction = new();
    readonly RougeText _reference = new();
    readonly PairTable _grams = new();
    readonly LongestCommonSubsequence _subsequence = new();
    int[] _gramCounts = new int[1024];
    int[] _referenceCounts = [];
    int[] _predictionCounts = [];
    ulong[] _union = new ulong[4];

    /// <summary>Scores in the order of the options' types.</summary>
    public RougeScore[] Score(ReadOnlySpan<char> prediction, ReadOnlySpan<char> reference)
    {
        Read(prediction);
        return ScoreAgainst(reference);
    }

    /// <summary>Per measure the reference with the largest F, the first of equals.</summary>
    public RougeScore[] Score(ReadOnlySpan<char> prediction, IReadOnlyList<string> references)
    {
        Read(prediction);
        var best = ScoreAgainst(references[0]);
        for (var r = 1; r < references.Count; r++)
        {
            var scores = ScoreAgainst(references[r]);
            for (var t = 0; t < best.Length; t++)
                if (scores[t].Fmeasure > best[t].Fmeasure) best[t] = scores[t];
        }
        return best;
    }

    void Read(ReadOnlySpan<char> prediction)
    {
        _tokenizer.Trim();
        _tokenizer.Read(prediction, _prediction);
    }

    RougeScore[] ScoreAgainst(ReadOnlySpan<char> reference)
    {
        _tokenizer.Read(reference, _reference);
        if (_referenceCounts.Length < _tokenizer.VocabularySize)
        {
            _referenceCounts = new int[_tokenizer.VocabularySize * 2];
            _predictionCounts = new int[_tokenizer.VocabularySize * 2];
        }
        var scores = new RougeScore[options.Types.Count];
        for (var t = 0; t < scores.Length; t++)
        {
            var type = options.Types[t];
            scores[t] = type.Order switch
            {
                1 => Words(),
                > 1 => Grams(type.Order),
                _ => RougeScore.Of(type == RougeType.L ? Subsequence() : LineSubsequences(), _prediction.Count, _reference.Count),
            };
        }
        return scores;
    }

    RougeScore Words()
    {
        var counts = _referenceCounts;
        foreach (var word in _reference.Words) counts[word]++;
        var hits = 0;
        foreach (var word in _prediction.Words)
            if (counts[word]-- > 0) hits++;
        foreach (var word in _reference.Words) counts[word] = 0;
        foreach (var word in _prediction.Words) counts[word] = 0;
        return RougeScore.Of(hits, _prediction.Count, _reference.Count);
    }

    RougeScore Grams(int order)
    {
        _grams.Clear();
        var reference = _reference.Words;
        var prediction = _prediction.Words;
        var used = reference.Length * (order - 1);
        if (_gramCounts.Length < used) _gramCounts = new int[used * 2];
        _gramCounts.AsSpan(0, used).Clear();
        for (var i = 0; i + order <= reference.Length; i++)
        {
            var gram = _grams.Intern((uint)reference[i], (uint)reference[i + 1]);
            for (var n = 2; n < order; n++) gram = _grams.Intern((uint)gram | Gram, (uint)reference[i + n]);
            _gramCounts[gram]++;
        }
        var hits = 0;
        for (var i = 0; i + order <= prediction.Length; i++)
        {
            var gram = _grams.Find((uint)prediction[i], (uint)prediction[i + 1]);
            for (var n = 2; n < order && gram >= 0; n++) gram = _grams.Find((uint)gram | Gram, (uint)prediction[i + n]);
            if (gram >= 0 && _gramCounts[gram]-- > 0) hits++;
        }
        return RougeScore.Of(hits, Math.Max(prediction.Length - order + 1, 0), Math.Max(reference.Length - order + 1, 0));
    }

    int Subsequence()
    {
        _subsequence.Prepare(_reference.Words, _tokenizer.VocabularySize);
        var length = _subsequence.Length(_prediction.Words);
        _subsequence.Release();
        return length;
    }

    /// <summary>
    /// For each reference line the union, over the prediction's lines, of its words in their longest common subsequences; each word counts
    /// only as often as both whole texts hold it.
    /// </summary>
    int LineSubsequences()
    {
        var (inReference, inPrediction) = (_referenceCounts, _predictionCounts);
        foreach (var word in _reference.Words) inReference[word]++;
        foreach (var word in _prediction.Words) inPrediction[word]++;
        var hits = 0;
        for (var r = 0; r < _reference.Lines; r++)
        {
            var line = _reference.Line(r);
            var width = (line.Length + 63) / 64;
            if (_union.Length < width) _union = new ulong[width * 2];
            var union = _union.AsSpan(0, width);
            union.Clear();
            _subsequence.Prepare(line, _tokenizer.VocabularySize);
            for (var p = 0; p < _prediction.Lines; p++) _subsequence.AddPositions(_prediction.Line(p), union);
            _subsequence.Release();
            for (var i = 0; i < line.Length; i++)
            {
                if ((union[i >> 6] & (1UL << i)) == 0 || inReference[line[i]] <= 0 || inPrediction[line[i]] <= 0) continue;
                hits++;
                inReference[line[i]]--;
                inPrediction[line[i]]--;
            }
        }
        foreach (var word in _reference.Words) inReference[word] = 0;
        foreach (var word in _prediction.Words) inPrediction[word] = 0;
        return hits;
    }
}
