namespace MergeLab.Results.Comparison;

/// <summary>What of a metric a comparison must know.</summary>
public static class MetricScale
{
    static readonly string[] percentages = ["sacrebleu", "chrf", "ter"];
    static readonly string[] costs = ["ter", "wer", "cer", "loss", "nll", "perplexity", "ece", "brier"];

    /// <summary>The value of a perfect score, or 1 where there is none: tolerances are stated for scores in [0, 1].</summary>
    public static double Of(string metric) => percentages.Contains(metric, StringComparer.OrdinalIgnoreCase) ? 100 : 1;

    public static bool LowerIsBetter(string metric) => costs.Contains(metric, StringComparer.OrdinalIgnoreCase);
}
