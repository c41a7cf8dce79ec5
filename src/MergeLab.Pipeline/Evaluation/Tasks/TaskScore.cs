namespace MergeLab.Evaluation.Tasks;

/// <summary>What a model did on a row.</summary>
/// <param name="Id">Of the row.</param>
/// <param name="Prediction">The text it wrote, or the choice it finds likeliest.</param>
/// <param name="Reference">The right answer, the first of several.</param>
/// <param name="Value">Of the metric's main figure; NaN where it has none for a single row.</param>
public sealed record RowScore(string Id, string Prediction, string Reference, double Value);

/// <summary>A model's score on a task.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Value">The main figure over all rows.</param>
/// <param name="Values">All figures by name.</param>
/// <param name="Rows">In the file's order.</param>
public sealed record TaskScore(string Metric, double Value, IReadOnlyDictionary<string, double> Values, IReadOnlyList<RowScore> Rows)
{
    /// <summary>Of the mean over rows: sd/√n; NaN where rows have no values, or there is only one.</summary>
    public double StandardError
    {
        get
        {
            if (Rows.Count < 2) return double.NaN;
            var mean = Rows.Average(r => r.Value);
            return Math.Sqrt(Rows.Sum(r => (r.Value - mean) * (r.Value - mean)) / (Rows.Count - 1) / Rows.Count);
        }
    }
}
