namespace MergeLab.Evaluation.Classification;

/// <summary>Figures of one row of logits, in nats and float64.</summary>
public static class Softmax
{
    /// <summary>Probabilities; stable for logits of any size.</summary>
    public static double[] Of(ReadOnlySpan<double> logits)
    {
        var most = double.NegativeInfinity;
        foreach (var logit in logits) most = Math.Max(most, logit);
        var result = new double[logits.Length];
        var sum = 0.0;
        for (var i = 0; i < result.Length; i++) sum += result[i] = Math.Exp(logits[i] - most);
        for (var i = 0; i < result.Length; i++) result[i] /= sum;
        return result;
    }

    static double LogSum(ReadOnlySpan<double> logits)
    {
        var most = double.NegativeInfinity;
        foreach (var logit in logits) most = Math.Max(most, logit);
        var sum = 0.0;
        foreach (var logit in logits) sum += Math.Exp(logit - most);
        return most + Math.Log(sum);
    }

    /// <summary>−Σ p ln p with ln p from the logits; NaN for a logit of −∞.</summary>
    public static double Entropy(ReadOnlySpan<double> logits)
    {
        var probabilities = Of(logits);
        var logSum = LogSum(logits);
        var entropy = 0.0;
        for (var i = 0; i < probabilities.Length; i++) entropy -= probabilities[i] * (logits[i] - logSum);
        return entropy;
    }

    /// <summary>−Σ p ln(p + ε), which test-time adaptation of merging coefficients minimises (ε = 1e-8); a one-hot row gives −ε.</summary>
    public static double EntropyWithEpsilon(ReadOnlySpan<double> logits, double epsilon = 1e-8)
    {
        var entropy = 0.0;
        foreach (var p in Of(logits)) entropy -= p * Math.Log(p + epsilon);
        return entropy;
    }

    public static double CrossEntropy(ReadOnlySpan<double> logits, int label) => LogSum(logits) - logits[label];
}
