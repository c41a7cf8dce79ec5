using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Spherical;

/// <summary>
/// mergekit's multislerp: the weighted mean direction at the weighted mean length. It adds a step along Σ w_i·v_i, the inputs' tangents at the
/// mean direction m, but Σ w_i·(u_i − (u_i·m)m) vanishes where m is the direction of Σ w_i·u_i: the step is rounding noise and left out here.
/// </summary>
public sealed class MultiSlerp : IMergeMethod
{
    public ITensorRule Begin(MergeRun run) => new Rule(BaseSpace.Of(run, "multislerp"));

    sealed class Rule(InputSpace space) : CombinationRule
    {
        public override InputSpace Space => space;

        public override TensorInput? CopyOf(TensorMerge tensor) => tensor.Models.Count == 1 ? tensor.Models[0] : null;

        protected override void Choose(TensorMerge tensor, MergeRun run, ReadOnlySpan<double> gram, Span<double> coefficients)
        {
            var n = coefficients.Length;
            var epsilon = tensor.Settings.Number("eps");
            var weights = tensor.Models.Select(m => m.Settings.Number("weight")).ToArray();
            if (tensor.Settings.Flag("normalize_weights"))
            {
                var total = weights.Sum();
                for (var i = 0; i < n; i++) weights[i] /= total;
            }
            var (square, length) = (0.0, 0.0);
            for (var i = 0; i < n; i++)
            {
                var own = Math.Sqrt(gram[i * n + i]);
                length += weights[i] * own;
                coefficients[i] = weights[i] / (own + epsilon);
            }
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++) square += coefficients[i] * coefficients[j] * gram[i * n + j];
            var mean = Math.Sqrt(Math.Max(square, 0));
            if (mean >= epsilon)
            {
                for (var i = 0; i < n; i++) coefficients[i] *= length / mean;
                return;
            }
            // Nothing changed: no direction, and no length to go along it.
            if (length == 0 && gram.IndexOfAnyExcept(0.0) < 0)
            {
                coefficients.Clear();
                return;
            }
            if (n > 2) throw new ProblemException($"the models' directions cancel in {tensor.Output.Name}", why: "multislerp needs a mean direction, and there is none", remedy: "give other weights, or use another method for this tensor");
            weights.CopyTo(coefficients);
        }
    }

    /// <summary>Refuses weights that cannot be normalised.</summary>
    public static void Check(TensorMerge tensor)
    {
        var weights = tensor.Models.Select(i => i.Settings.Number("weight")).ToArray();
        // 0.1 + 0.2 − 0.3 is meant to be zero.
        if (!tensor.Settings.Flag("normalize_weights") || Math.Abs(weights.Sum()) > 1e-12 * weights.Sum(Math.Abs)) return;
        throw new ProblemException($"the weights of {tensor.Output.Name} sum to zero", remedy: "give weights with another sum, or set normalize_weights: false");
    }
}
