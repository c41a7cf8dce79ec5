using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Statistics;

namespace MergeLab.Merging.Methods.Spherical;

/// <summary>Spherical interpolation of two models, or of their task vectors, at the share of their weights (mergekit).</summary>
public sealed class NuSlerp : IMergeMethod
{
    public ITensorRule Begin(MergeRun run) => new Rule(BaseSpace.Of(run, "nuslerp"));

    sealed class Rule(InputSpace space) : CombinationRule
    {
        const double Zero = 1e-7;

        // Below this 1 − cos² the two lie on one line as far as float tells, and no arc joins them.
        const double Collinear = 1e-12;

        public override InputSpace Space => space;

        public override TensorInput? CopyOf(TensorMerge tensor) => tensor.Models.Count == 1 ? tensor.Models[0] : null;

        protected override VectorKind Vectors(TensorMerge tensor) =>
            tensor.Settings.Flag("nuslerp_flatten") ? VectorKind.Whole : tensor.Settings.Flag("nuslerp_row_wise") ? VectorKind.FirstDimension : VectorKind.LastDimension;

        protected override void Choose(TensorMerge tensor, MergeRun run, ReadOnlySpan<double> gram, Span<double> coefficients)
        {
            var (first, second) = (tensor.Models[0].Settings.Number("weight"), tensor.Models[1].Settings.Number("weight"));
            var t = Math.Abs(first + second) < 1e-6 ? 0.5 : second / (first + second);
            var cosine = Math.Clamp(gram[1] / (Math.Max(Math.Sqrt(gram[0]), Zero) * Math.Max(Math.Sqrt(gram[3]), Zero)), -1, 1);
            (coefficients[0], coefficients[1]) = 1 - cosine * cosine <= Collinear ? (1 - t, t) : Arc.At(cosine, t);
        }
    }
}
