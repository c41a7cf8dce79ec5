namespace MergeLab.Models.Generation;

/// <summary>The beams of one input, and what finished of them.</summary>
sealed class BeamRow
{
    /// <summary>Added to all beams but the first, which are equal at the beginning.</summary>
    const float Behind = -1e9f;

    readonly GenerationOptions options;
    readonly int beams;
    readonly long[][] live;
    readonly float[] scores;
    readonly int[] parents;
    readonly List<Hypothesis> finished = [];

    public BeamRow(GenerationOptions options)
    {
        this.options = options;
        beams = options.Beams;
        live = [.. Enumerable.Range(0, beams).Select(_ => new long[] { options.StartId })];
        scores = new float[beams];
        Array.Fill(scores, Behind);
        scores[0] = 0;
        parents = new int[beams];
    }

    public bool Full => finished.Count >= beams;

    /// <summary>Nothing can join any more.</summary>
    public bool Closed { get; private set; }

    /// <summary>Which beam the present beam grew from in the last step.</summary>
    public int Parent(int beam) => parents[beam];

    /// <summary>The last token of a beam.</summary>
    public long Token(int beam) => live[beam][^1];

    /// <summary>One step.</summary>
    /// <param name="logProbabilities">[beams, vocabulary]; changed in place.</param>
    /// <param name="constraints">On them.</param>
    /// <param name="generated">Tokens each beam has after the step, without the start token.</param>
    /// <returns>Whether any of the best candidates did not end.</returns>
    public bool Advance(Span<float> logProbabilities, TokenConstraints constraints, int generated)
    {
        var vocabulary = logProbabilities.Length / beams;
        for (var b = 0; b < beams; b++)
        {
            var row = logProbabilities.Slice(b * vocabulary, vocabulary);
            if (constraints.Applies(generated)) constraints.Apply(live[b], row);
            for (var t = 0; t < row.Length; t++) row[t] += scores[b];
        }
        var candidates = Best(logProbabilities, Math.Min(Math.Max(2, 1 + options.EosIds.Count) * beams, logProbabilities.Length));
        var last = generated == options.NewTokens;
        var ended = candidates.Select(c => last || options.EosIds.Contains(c.Index % vocabulary)).ToArray();
        Finish(candidates, ended, vocabulary, generated);
        var anyLives = GoOn(candidates, ended, vocabulary);
        CloseIfDone(generated);
        return anyLives;
    }

    /// <summary>The best hypotheses, best first.</summary>
    public Hypothesis[] Best(int count) => [.. finished.Take(count)];

    void Finish((float Score, int Index)[] candidates, bool[] ended, int vocabulary, int generated)
    {
        if (Closed || (options.EarlyStopping == EarlyStopping.WhenFull && Full)) return;
        for (var c = 0; c < Math.Min(beams, candidates.Length); c++)
        {
            if (!ended[c]) continue;
            var (score, index) = candidates[c];
            Insert(new Hypothesis([.. live[index / vocabulary], index % vocabulary], score / Power(generated)));
        }
        if (finished.Count > beams) finished.RemoveRange(beams, finished.Count - beams);
    }

    /// <summary>Behind those of the same score: the earlier one wins.</summary>
    void Insert(Hypothesis hypothesis)
    {
        var at = finished.FindIndex(f => f.Score < hypothesis.Score);
        finished.Insert(at < 0 ? finished.Count : at, hypothesis);
    }

    bool GoOn((float Score, int Index)[] candidates, bool[] ended, int vocabulary)
    {
        // Those that ended come behind all others, so that there are always enough.
        var next = Enumerable.Range(0, candidates.Length).OrderBy(c => ended[c]).Take(beams).ToArray();
        var grown = new long[beams][];
        for (var b = 0; b < beams; b++)
        {
            var c = next[Math.Min(b, next.Length - 1)];
            var (score, index) = candidates[c];
            parents[b] = index / vocabulary;
            grown[b] = [.. live[parents[b]], index % vocabulary];
            scores[b] = ended[c] ? score + Behind : score;
        }
        grown.CopyTo(live, 0);
        return ended.Contains(false);
    }

    void CloseIfDone(int generated)
    {
        if (Closed || !Full) return;
        var length = options.EarlyStopping == EarlyStopping.Never && options.LengthPenalty > 0 ? options.NewTokens : generated;
        Closed = scores[0] / Power(length) <= finished[^1].Score;
    }

    float Power(int length) => (float)Math.Pow(length, options.LengthPenalty);

    /// <summary>The largest scores in descending order; of equal ones the first.</summary>
    static (float Score, int Index)[] Best(ReadOnlySpan<float> scores, int count)
    {
        var queue = new PriorityQueue<int, (float Score, int Back)>(count + 1);
        for (var i = 0; i < scores.Length; i++)
        {
            if (queue.Count < count) queue.Enqueue(i, (scores[i], -i));
            else if (queue.TryPeek(out _, out var worst) && scores[i] > worst.Score) queue.EnqueueDequeue(i, (scores[i], -i));
        }
        var best = new (float, int)[queue.Count];
        for (var k = best.Length - 1; k >= 0; k--)
        {
            var index = queue.Dequeue();
            best[k] = (scores[index], index);
        }
        return best;
    }
}
