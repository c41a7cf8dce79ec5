namespace MergeLab.Checkpoints.Adapters;

/// <summary>DoRA: W' = m ⊙ (W + sBA) / ‖W + sBA‖, the norm taken over everything but the output (Liu et al. 2024, equation 5).</summary>
static class DoraGains
{
    const int Block = 1 << 16;

    /// <summary>m / ‖W + sBA‖ for each output, from one pass over the weight; squares are summed in double.</summary>
    public static float[] Of(TensorReader before, IReadOnlyList<TensorUpdate> updates, float[] magnitude, long rows, long columns, WeightLayout layout)
    {
        var squares = new double[magnitude.Length];
        var values = new float[(int)Math.Min(Block, rows * columns)];
        for (var first = 0L; first < rows * columns; first += Block)
        {
            var part = values.AsSpan(0, (int)Math.Min(Block, rows * columns - first));
            before.Read(first, part);
            foreach (var update in updates) update.Apply(first, part);
            for (var i = 0; i < part.Length; i++)
            {
                var at = first + i;
                squares[layout == WeightLayout.Direct ? at / columns : at % columns] += (double)part[i] * part[i];
            }
        }
        for (var i = 0; i < magnitude.Length; i++) magnitude[i] = (float)(magnitude[i] / Math.Sqrt(squares[i]));
        return magnitude;
    }
}
