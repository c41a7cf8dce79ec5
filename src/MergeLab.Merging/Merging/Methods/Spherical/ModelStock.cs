using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Statistics;

namespace MergeLab.Merging.Methods.Spherical;

/// <summary>
/// Model Stock (Jang et al., ECCV 2024, section 3.3): base + t·mean task vector with t = N·c/(1 + (N−1)·c), c the mean cosine between task
/// vectors. FusionBench averages angles in place of cosines and guards both quotients.
/// </summary>
public sealed class ModelStock : CombinationRule, IMergeMethod
{
    // mergekit takes smaller products of norms as this, which turns short task vectors perpendicular.
    const double LeastProduct = 1e-6;
    const double Guard = 1e-8;

    public ITensorRule Begin(MergeRun run) => this;

    public override InputSpace Space => InputSpace.TaskVectors;

    public override TensorInput? CopyOf(TensorMerge tensor) => tensor.Models.Count < 2 ? tensor.Base : null;

    protected override VectorKind Vectors(TensorMerge tensor) => tensor.Settings.Flag("filter_wise") ? VectorKind.LastDimension : VectorKind.Whole;

    protected override void Choose(TensorMerge tensor, MergeRun run, ReadOnlySpan<double> gram, Span<double> coefficients)
    {
        var ratio = run.Compat == "fusionbench" ? RatioOfAngles(gram, coefficients.Length) : Ratio(gram, coefficients.Length, run.Compat == "mergekit");
        coefficients.Fill(ratio / coefficients.Length);
    }

    static double Ratio(ReadOnlySpan<double> gram, int n, bool clamped)
    {
        var sum = 0.0;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var product = Math.Sqrt(gram[i * n + i]) * Math.Sqrt(gram[j * n + j]);
                if (clamped) product = Math.Max(product, LeastProduct);
                if (product > 0) sum += Math.Clamp(gram[i * n + j] / product, -1, 1);
            }
        }
        var cosine = sum / (n * (n - 1) / 2);
        var divisor = 1 + (n - 1) * cosine;
        // At the cosine of a regular simplex the task vectors cancel and no ratio is right: the base stays.
        return Math.Abs(divisor) < Guard ? 0 : n * cosine / divisor;
    }

    static double RatioOfAngles(ReadOnlySpan<double> gram, int n)
    {
        var sum = 0.0;
        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++) sum += Math.Acos(Math.Clamp(gram[i * n + j] / (Math.Sqrt(gram[i * n + i] * gram[j * n + j]) + Guard), -1, 1));
        var cosine = Math.Cos(sum / (n * (n - 1) / 2));
        return n * cosine / ((n - 1) * cosine + 1 + Guard);
    }
}
