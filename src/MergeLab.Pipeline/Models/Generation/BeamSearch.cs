namespace MergeLab.Models.Generation;

/// <summary>
/// Beam search as transformers 5 defines it: constraints act on log-probabilities, which are not normalised again; of each step's best
/// candidates only the first as many as there are beams may finish; a row whose finished hypotheses cannot be beaten is closed for good.
/// </summary>
static class BeamSearch
{
    /// <param name="decoding">Stands before the first token, with <see cref="GenerationOptions.Beams"/> rows for each input.</param>
    /// <param name="inputs">Of the batch.</param>
    /// <param name="options">Checked.</param>
    /// <param name="cancellation">Looked at before every step.</param>
    /// <returns>For each input its best finished hypotheses, best first, as many as are wanted.</returns>
    public static Hypothesis[][] Run(IDecoding decoding, int inputs, GenerationOptions options, CancellationToken cancellation)
    {
        var beams = options.Beams;
        var rows = Enumerable.Range(0, inputs).Select(_ => new BeamRow(options)).ToArray();
        var constraints = new TokenConstraints(options);
        var from = new long[inputs * beams];
        var tokens = new long[inputs * beams];
        Array.Fill(tokens, options.StartId);
        for (var at = 1; at <= options.NewTokens; at++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var logits = decoding.Step(tokens).to(ScalarType.Float32, CPU);
            var scores = logits.log_softmax(-1).contiguous().data<float>().AsSpan();
            var vocabulary = scores.Length / tokens.Length;
            var anyLives = false;
            for (var i = 0; i < inputs; i++)
            {
                anyLives |= rows[i].Advance(scores.Slice(i * beams * vocabulary, beams * vocabulary), constraints, at);
                for (var b = 0; b < beams; b++)
                {
                    from[i * beams + b] = i * beams + rows[i].Parent(b);
                    tokens[i * beams + b] = rows[i].Token(b);
                }
            }
            if (!anyLives || rows.All(r => r.Closed) || (options.EarlyStopping == EarlyStopping.WhenFull && rows.All(r => r.Full))) break;
            decoding.Select(from, sameInputs: true);
        }
        return [.. rows.Select(r => r.Best(options.ReturnSequences))];
    }
}

/// <summary>A finished sequence.</summary>
/// <param name="Tokens">The start token and what followed, with the end token where one came.</param>
/// <param name="Score">Sum of the log-probabilities, divided by a power of the number of generated tokens.</param>
sealed record Hypothesis(long[] Tokens, float Score);
