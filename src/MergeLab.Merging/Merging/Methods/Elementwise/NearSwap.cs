using System.Numerics;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Rounding;

namespace MergeLab.Merging.Methods.Elementwise;

/// <summary>Moves each weight towards the other model's, all the way where they are close: share of the other = t/|a − b|, at most 1 (mergekit, after Alchemist's NearSwap).</summary>
public sealed class NearSwap : IMergeMethod, ITensorRule
{
    public ITensorRule Begin(MergeRun run) => this;

    public InputSpace Space => InputSpace.Weights;

    public TensorInput? CopyOf(TensorMerge tensor) => tensor.Inputs.Count == 1 ? tensor.Inputs[0] : null;

    public ElementKernel<T> Prepare<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pair = BasePair.Of(tensor);
        return StepRounding.Kernel(tensor, run, new Maker<T>(pair.Base, pair.Other, T.CreateChecked(tensor.Settings.Number("t"))));
    }

    sealed record Maker<T>(int Base, int Other, T Closeness) : IKernelMaker<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ElementKernel<T> Make<TStep>() where TStep : struct, IRounding<T> => new Kernel<T, TStep>(Base, Other, Closeness);
    }

    sealed class Kernel<T, TStep>(int from, int to, T closeness) : ElementKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T> where TStep : struct, IRounding<T>
    {
        static readonly T Least = T.CreateChecked(1e-6);

        public override void Run(in Block<T> block)
        {
            var a = block.Row(from);
            var b = block.Row(to);
            var output = block.Output;
            var e = 0;
            for (; e <= output.Length - Vector<T>.Count; e += Vector<T>.Count)
            {
                var (x, y) = (new Vector<T>(a[e..]), new Vector<T>(b[e..]));
                var distance = Vector.Max(TStep.Round(Vector.Abs(TStep.Round(x - y))), TStep.Round(new Vector<T>(Least)));
                var share = TStep.Round(TStep.Round(Vector<T>.One / distance) * closeness);
                share = Vector.Min(Vector.Max(share, Vector<T>.Zero), Vector<T>.One);
                TStep.Round(TStep.Round(share * y) + TStep.Round(TStep.Round(Vector<T>.One - share) * x)).CopyTo(output[e..]);
            }
            for (; e < output.Length; e++)
            {
                var distance = T.Max(T.Abs(TStep.Round(a[e] - b[e])), TStep.Round(Least));
                var share = T.Clamp(TStep.Round(TStep.Round(T.One / distance) * closeness), T.Zero, T.One);
                output[e] = TStep.Round(TStep.Round(share * b[e]) + TStep.Round(TStep.Round(T.One - share) * a[e]));
            }
        }
    }
}
