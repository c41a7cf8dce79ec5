namespace MergeLab.Evaluation.Translation;

/// <summary>
/// The fewest edits found from a hypothesis to one reference: shifts of word runs, taken greedily while they save edits, then insertions,
/// deletions and substitutions. The limits, the beam and all ties are Tercom's as sacrebleu has them.
/// </summary>
sealed class TerEdits
{
    const int LongestShift = 10;
    const int FarthestShift = 50;
    const int MostCandidates = 1000;

    readonly TerDistance _distance;
    readonly int[] _reference;
    int _candidates;

    TerEdits(int[] hypothesis, int[] reference)
    {
        _reference = reference;
        _distance = new TerDistance(hypothesis.Length, reference);
    }

    public static int Count(int[] hypothesis, int[] reference)
    {
        if (reference.Length == 0) return hypothesis.Length;
        var edits = new TerEdits(hypothesis, reference);
        var shifts = 0;
        var distance = edits._distance.Align(hypothesis);
        while (edits.BestShift(hypothesis, distance) is { } shifted && edits._candidates < MostCandidates)
        {
            hypothesis = shifted;
            distance = edits._distance.Align(hypothesis);
            shifts++;
        }
        return shifts + distance;
    }

    /// <summary>The hypothesis after the shift that saves most, or null if none saves; of equals the longest, then the earliest, then the nearest to the start.</summary>
    int[]? BestShift(int[] words, int distance)
    {
        var best = (Saved: 0, Length: 0, Start: 0, Target: 0);
        int[]? shifted = null;
        foreach (var (start, expected, length) in Runs(words))
        {
            if (!_distance.HasHypothesisError(start, length) || !_distance.HasReferenceError(expected, length)) continue;
            var aligned = _distance.Aligned(expected);
            if (aligned >= start && aligned < start + length) continue;
            var last = -1;
            for (var offset = -1; offset < length; offset++)
            {
                var target = expected + offset < 0 ? 0 : _distance.Aligned(expected + offset) + 1;
                if (target == last) continue;
                last = target;
                var tried = Shift(words, start, length, target);
                var candidate = (Saved: distance - _distance.Of(tried), Length: length, Start: -start, Target: -target);
                _candidates++;
                if (candidate.Saved > 0 && (shifted is null || candidate.CompareTo(best) > 0)) (best, shifted) = (candidate, tried);
            }
            if (_candidates >= MostCandidates) break;
        }
        return shifted;
    }

    /// <summary>Runs of words that hypothesis and reference share.</summary>
    IEnumerable<(int Start, int Expected, int Length)> Runs(int[] words)
    {
        for (var start = 0; start < words.Length; start++)
        {
            var end = Math.Min(_reference.Length - 1, start + FarthestShift);
            for (var expected = Math.Max(0, start - FarthestShift); expected <= end; expected++)
            {
                var most = Math.Min(LongestShift, Math.Min(words.Length - start, _reference.Length - expected));
                for (var length = 0; length < most && words[start + length] == _reference[expected + length]; length++) yield return (start, expected, length + 1);
            }
        }
    }

    static int[] Shift(int[] words, int start, int length, int target)
    {
        var run = words[start..(start + length)];
        if (target < start) return [.. words[..target], .. run, .. words[target..start], .. words[(start + length)..]];
        // A target inside the run counts from the run's end.
        var behind = target > start + length ? target : Math.Min(target + length, words.Length);
        return [.. words[..start], .. words[(start + length)..behind], .. run, .. words[behind..]];
    }
}
