using System.Numerics;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Rounding;

namespace MergeLab.Merging.Methods.Elementwise;

/// <summary>
/// Of each weight the task vector of largest magnitude, times lambda (Marczak et al., MagMax, ECCV 2024, section 4). Of equal magnitudes the
/// later model's is taken, as the authors' running comparison does.
/// </summary>
public sealed class MagMax : IMergeMethod, ITensorRule
{
    public ITensorRule Begin(MergeRun run) => this;

    public InputSpace Space => InputSpace.TaskVectors;

    public ElementKernel<T> Prepare<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        StepRounding.Kernel(tensor, run, new Maker<T>(T.CreateChecked(tensor.Settings.Number("lambda"))));

    sealed record Maker<T>(T Factor) : IKernelMaker<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ElementKernel<T> Make<TStep>() where TStep : struct, IRounding<T> => new Kernel<T, TStep>(Factor);
    }

    sealed class Kernel<T, TStep>(T factor) : ElementKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T> where TStep : struct, IRounding<T>
    {
        public override void Run(in Block<T> block)
        {
            var e = 0;
            for (; e <= block.Length - Vector<T>.Count; e += Vector<T>.Count)
            {
                var largest = TStep.Round(new Vector<T>(block.Row(0)[e..]));
                for (var i = 1; i < block.Count; i++)
                {
                    var value = TStep.Round(new Vector<T>(block.Row(i)[e..]));
                    largest = Vector.ConditionalSelect(Vector.GreaterThanOrEqual(Vector.Abs(value), Vector.Abs(largest)), value, largest);
                }
                TStep.Round(largest * factor).CopyTo(block.Output[e..]);
            }
            for (; e < block.Length; e++)
            {
                var largest = TStep.Round(block.Row(0)[e]);
                for (var i = 1; i < block.Count; i++)
                {
                    var value = TStep.Round(block.Row(i)[e]);
                    if (T.Abs(value) >= T.Abs(largest)) largest = value;
                }
                block.Output[e] = TStep.Round(largest * factor);
            }
        }
    }
}
