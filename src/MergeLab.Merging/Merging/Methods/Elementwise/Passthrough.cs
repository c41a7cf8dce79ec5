using System.Numerics;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Rounding;

namespace MergeLab.Merging.Methods.Elementwise;

/// <summary>One model's tensor, scaled where asked: what frankenmerges are made of.</summary>
public sealed class Passthrough : IMergeMethod, ITensorRule
{
    public ITensorRule Begin(MergeRun run) => this;

    public InputSpace Space => InputSpace.Weights;

    public TensorInput? CopyOf(TensorMerge tensor) => Scale(tensor) is null ? tensor.Inputs[0] : null;

    public ElementKernel<T> Prepare<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new WeightedSum<T>([T.CreateChecked(Scale(tensor) ?? 1)], T.One, T.One).Make<Unrounded<T>>();

    static double? Scale(TensorMerge tensor) => tensor.Inputs[0].Settings.NumberOrNull("scale");
}
