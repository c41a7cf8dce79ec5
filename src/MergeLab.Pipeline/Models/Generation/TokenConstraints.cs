namespace MergeLab.Models.Generation;

/// <summary>
/// What changes the scores of the next token, in this order: repetition penalty (Keskar et al. 2019), no n-gram twice, no end before the
/// least length. In greedy search on raw logits, in beam search on log-probabilities.
/// </summary>
sealed class TokenConstraints(GenerationOptions options)
{
    readonly HashSet<long> seen = [];

    /// <summary>Whether anything can change at this length.</summary>
    public bool Applies(int length) => options.RepetitionPenalty != 1 || options.NoRepeatNgramSize > 0 || EndsTooSoon(length);

    /// <param name="row">The sequence so far, with the start token.</param>
    /// <param name="scores">Of all tokens; changed in place.</param>
    public void Apply(ReadOnlySpan<long> row, Span<float> scores)
    {
        if (options.RepetitionPenalty != 1) Penalise(row, scores);
        if (options.NoRepeatNgramSize > 0) BanRepeats(row, options.NoRepeatNgramSize, scores);
        if (!EndsTooSoon(row.Length)) return;
        foreach (var id in options.EosIds) scores[id] = float.NegativeInfinity;
    }

    bool EndsTooSoon(int length) => length < options.LeastLength && options.EosIds.Count > 0;

    void Penalise(ReadOnlySpan<long> row, Span<float> scores)
    {
        seen.Clear();
        var penalty = (float)options.RepetitionPenalty;
        foreach (var id in row)
        {
            if (!seen.Add(id)) continue;
            ref var score = ref scores[(int)id];
            score = score < 0 ? score * penalty : score / penalty;
        }
    }

    static void BanRepeats(ReadOnlySpan<long> row, int n, Span<float> scores)
    {
        if (row.Length + 1 < n) return;
        var begun = row[^(n - 1)..];
        for (var i = 0; i + n <= row.Length; i++)
            if (row.Slice(i, n - 1).SequenceEqual(begun)) scores[(int)row[i + n - 1]] = float.NegativeInfinity;
    }
}
