namespace MergeLab.Evaluation.Classification;

/// <summary>How far confidences are from accuracies.</summary>
/// <param name="Expected">Mean distance, weighted by the bins' sizes (ECE; Guo et al., On calibration of modern neural networks, 2017).</param>
/// <param name="RootMeanSquare">Root of the weighted mean square.</param>
/// <param name="Maximum">Greatest distance of any bin.</param>
public readonly record struct CalibrationError(double Expected, double RootMeanSquare, double Maximum);

public static class Calibration
{
    /// <summary>
    /// Over equal bins [k/B, (k+1)/B), with confidence 1 in a bin of its own, as torchmetrics has it. Confidences and bin borders are
    /// float32, as a model gives them.
    /// </summary>
    public static CalibrationError Of(ReadOnlySpan<float> confidences, ReadOnlySpan<bool> correct, int bins)
    {
        Pairing.Check(confidences.Length, correct.Length);
        Span<double> confidence = stackalloc double[bins + 1], hits = stackalloc double[bins + 1], sizes = stackalloc double[bins + 1];
        for (var i = 0; i < confidences.Length; i++)
        {
            var bin = Bin(confidences[i], bins);
            confidence[bin] += confidences[i];
            hits[bin] += correct[i] ? 1 : 0;
            sizes[bin]++;
        }
        double expected = 0, square = 0, maximum = 0;
        for (var bin = 0; bin <= bins; bin++)
        {
            if (sizes[bin] == 0) continue;
            var distance = Math.Abs(confidence[bin] - hits[bin]) / sizes[bin];
            var share = sizes[bin] / confidences.Length;
            expected += distance * share;
            square += distance * distance * share;
            maximum = Math.Max(maximum, distance);
        }
        return new CalibrationError(expected, Math.Sqrt(square), maximum);
    }

    static int Bin(float confidence, int bins)
    {
        var bin = 0;
        while (bin < bins && confidence >= Border(bin + 1, bins)) bin++;
        return bin;
    }

    static float Border(int bin, int bins) => bin == bins ? 1 : (float)bin / bins;
}
