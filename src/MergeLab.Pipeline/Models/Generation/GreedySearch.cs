namespace MergeLab.Models.Generation;

/// <summary>The likeliest token at every step. Rows that ended leave the batch.</summary>
static class GreedySearch
{
    /// <summary>Rows leave together, since taking them out copies the caches of all others.</summary>
    const double LeastShareToLeave = 0.25;

    /// <param name="decoding">Stands before the first token.</param>
    /// <param name="rows">Inputs of the batch.</param>
    /// <param name="options">Checked.</param>
    /// <param name="cancellation">Looked at before every step.</param>
    /// <returns>For each input the start token and what followed, with the end token where one came.</returns>
    public static long[][] Run(IDecoding decoding, int rows, GenerationOptions options, CancellationToken cancellation)
    {
        var length = options.NewTokens + 1;
        var sequences = new long[rows][];
        for (var i = 0; i < rows; i++)
        {
            sequences[i] = new long[length];
            sequences[i][0] = options.StartId;
        }
        var ends = new int[rows]; // 0 while a row grows
        var present = Enumerable.Range(0, rows).ToArray(); // which input each row of the batch belongs to
        var constraints = new TokenConstraints(options);
        var growing = rows;
        for (var at = 1; at < length && growing > 0; at++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            if (present.Length - growing >= Math.Max(1, LeastShareToLeave * present.Length))
            {
                var staying = Enumerable.Range(0, present.Length).Where(r => ends[present[r]] == 0).ToArray();
                decoding.Select([.. staying.Select(r => (long)r)], sameInputs: false);
                present = [.. staying.Select(r => present[r])];
            }
            var logits = decoding.Step([.. present.Select(i => sequences[i][at - 1])]).to(ScalarType.Float32, CPU).contiguous();
            if (constraints.Applies(at))
            {
                var scores = logits.data<float>().AsSpan();
                var vocabulary = scores.Length / present.Length;
                for (var r = 0; r < present.Length; r++) constraints.Apply(sequences[present[r]].AsSpan(0, at), scores.Slice(r * vocabulary, vocabulary));
            }
            var next = logits.argmax(-1).data<long>().AsSpan();
            for (var r = 0; r < present.Length; r++)
            {
                var input = present[r];
                if (ends[input] > 0) continue;
                sequences[input][at] = next[r];
                if (!options.EosIds.Contains((int)next[r])) continue;
                ends[input] = at + 1;
                growing--;
            }
        }
        return [.. sequences.Select((s, i) => ends[i] > 0 ? s[..ends[i]] : s)];
    }
}
