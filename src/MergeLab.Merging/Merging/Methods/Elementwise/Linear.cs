using System.Numerics;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Rounding;

namespace MergeLab.Merging.Methods.Elementwise;

/// <summary>
/// Σ w_i·x_i, over Σ w_i where asked (Wortsman et al., Model Soups, section 2). mergekit rounds 16-bit tensors once, at the end, as is done
/// here; FusionBench normalises the weights first and rounds after each step.
/// </summary>
public sealed class Linear : IMergeMethod, ITensorRule
{
    public ITensorRule Begin(MergeRun run) => this;

    public InputSpace Space => InputSpace.Weights;

    public ElementKernel<T> Prepare<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var weights = tensor.Inputs.Select(i => i.Settings.Number("weight")).ToArray();
        var normalize = tensor.Settings.Flag("normalize");
        if (run.Compat == "fusionbench")
        {
            var total = normalize ? weights.Sum() : 1;
            return StepRounding.Kernel(tensor, run, new WeightedSum<T>([.. weights.Select(w => T.CreateChecked(w / total))], T.One, T.One, RoundAdditions: true));
        }
        var exact = weights.Select(T.CreateChecked).ToArray();
        var divisor = normalize ? exact.Aggregate((a, b) => a + b) : T.One;
        return new WeightedSum<T>(exact, divisor, T.One).Make<Unrounded<T>>();
    }

    /// <summary>Refuses weights that cannot be normalised.</summary>
    public static void Check(TensorMerge tensor)
    {
        var weights = tensor.Inputs.Select(i => i.Settings.Number("weight")).ToArray();
        // 0.1 + 0.2 − 0.3 is meant to be zero.
        if (!tensor.Settings.Flag("normalize") || Math.Abs(weights.Sum()) > 1e-12 * weights.Sum(Math.Abs)) return;
        throw new ProblemException($"the weights of {tensor.Output.Name} sum to zero", remedy: "give weights with another sum, or set normalize: false");
    }
}
