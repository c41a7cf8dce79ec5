using System.Numerics;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Rounding;

namespace MergeLab.Merging.Methods.Elementwise;

/// <summary>
/// (x_1 + … + x_n)/n: with a base the same as the base plus the average task vector. Where the models are adapters their task vectors are
/// averaged, which are exact.
/// </summary>
public sealed class Average : IMergeMethod
{
    public ITensorRule Begin(MergeRun run)
    {
        var adapters = run.Tensors.All(t => t.Base is not null && t.Models.All(m => m.Unchanged || m.Delta is not null));
        return new Rule(adapters ? InputSpace.TaskVectors : InputSpace.Weights);
    }

    sealed class Rule(InputSpace space) : ITensorRule
    {
        public InputSpace Space => space;

        public TensorInput? CopyOf(TensorMerge tensor) => tensor.Models.Count == 1 && space == InputSpace.Weights ? tensor.Models[0] : null;

        public ElementKernel<T> Prepare<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var weights = TensorBlocks.Rows(tensor, space).Select(i => i.IsBase ? T.Zero : T.One).ToArray();
            return StepRounding.Kernel(tensor, run, new WeightedSum<T>(weights, T.CreateChecked(tensor.Models.Count), T.One, RoundAdditions: true));
        }
    }
}
