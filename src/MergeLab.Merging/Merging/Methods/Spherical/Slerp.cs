using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Spherical;

/// <summary>Spherical interpolation from the base to the other model, tensor by tensor; linear where the two are nearly parallel or opposite.</summary>
public sealed class Slerp : CombinationRule, IMergeMethod
{
    const double Zero = 1e-8;

    public ITensorRule Begin(MergeRun run) => this;

    public override InputSpace Space => InputSpace.Weights;

    public override TensorInput? CopyOf(TensorMerge tensor) => tensor.Inputs.Count == 1 ? tensor.Inputs[0] : null;

    protected override void Choose(TensorMerge tensor, MergeRun run, ReadOnlySpan<double> gram, Span<double> coefficients)
    {
        var (from, to) = BasePair.Of(tensor);
        var t = tensor.Settings.Number("t");
        var cosine = Math.Clamp(gram[1] / (Length(gram[0]) * Length(gram[3])), -1, 1);
        (coefficients[from], coefficients[to]) = Math.Abs(cosine) > tensor.Settings.Number("dot_threshold") ? (1 - t, t) : Arc.At(cosine, t);
    }

    /// <summary>Vectors of no length are not scaled to one.</summary>
    static double Length(double square) => Math.Sqrt(square) is var length && length > Zero ? length : 1;
}
