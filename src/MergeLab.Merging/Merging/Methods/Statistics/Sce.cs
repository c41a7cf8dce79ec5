using System.Numerics;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Rounding;

namespace MergeLab.Merging.Methods.Statistics;

/// <summary>
/// Select, calculate, erase (Wan et al., FuseChat, 2024, section 3.3): keeps the elements whose task vectors vary most between models, weighs
/// each model's tensor by its mean square there, and leaves out what goes against the elected sign.
/// </summary>
public sealed class Sce : IMergeMethod, ITensorRule
{
    // mergekit weighs all models alike below this sum of mean squares, which is every fine-tune that moved weights by less than about 0.0005.
    const double LeastTotal = 1e-6;

    public ITensorRule Begin(MergeRun run) => this;

    public InputSpace Space => InputSpace.TaskVectors;

    public ElementKernel<T> Prepare<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var selection = Select<T>(tensor, run);
        var squares = TensorStatistics.Sum<T>(tensor, Space, run, tensor.Models.Count, (in Block<T> block, Span<double> sums) =>
        {
            Drop(selection, block);
            for (var i = 0; i < sums.Length; i++) sums[i] += RowSums.Products<T>(block.Row(i), block.Row(i));
        });
        var total = squares.Sum() / tensor.Output.Count;
        var alike = total == 0 || (run.Compat == "mergekit" && total < LeastTotal);
        var weights = squares.Select(s => StepRounding.Scalar<T>(alike ? 1.0 / squares.Length : s / tensor.Output.Count / total, tensor, run)).ToArray();
        return StepRounding.Kernel(tensor, run, new Maker<T>(selection, weights));
    }

    static MagnitudeCut<T>? Select<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var share = tensor.Settings.Number("select_topk");
        if (share >= 1) return null;
        var varied = TensorStatistics.Sum<T>(tensor, InputSpace.TaskVectors, run, 1, (in Block<T> block, Span<double> sums) =>
        {
            Variances(block);
            foreach (var variance in block.Output) sums[0] += variance == T.Zero ? 0 : 1;
        })[0];
        return new TensorScores<T>(tensor, InputSpace.TaskVectors, Variances).Largest((long)(varied * share), run);
    }

    /// <summary>Variance between the models of each element, into the output.</summary>
    static void Variances<T>(in Block<T> block) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = T.CreateChecked(block.Count);
        for (var e = 0; e < block.Length; e++)
        {
            T mean = default, sum = default;
            for (var i = 0; i < block.Count; i++) mean += block.Row(i)[e];
            mean /= count;
            for (var i = 0; i < block.Count; i++)
            {
                var distance = block.Row(i)[e] - mean;
                sum += distance * distance;
            }
            block.Output[e] = sum / count;
        }
    }

    static void Drop<T>(MagnitudeCut<T>? selection, in Block<T> block) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (selection is not { } cut) return;
        Variances(block);
        for (var e = 0; e < block.Length; e++)
        {
            if (cut.Keeps(block.Output[e], block.First + e)) continue;
            for (var i = 0; i < block.Count; i++) block.Row(i)[e] = T.Zero;
        }
    }

    sealed record Maker<T>(MagnitudeCut<T>? Selection, T[] Weights) : IKernelMaker<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ElementKernel<T> Make<TStep>() where TStep : struct, IRounding<T> => new Kernel<T, TStep>(Selection, Weights);
    }

    sealed class Kernel<T, TStep>(MagnitudeCut<T>? selection, T[] weights) : ElementKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T> where TStep : struct, IRounding<T>
    {
        public override void Run(in Block<T> block)
        {
            Drop(selection, block);
            for (var e = 0; e < block.Length; e++)
            {
                T sum = default, up = default, down = default, weightUp = default, weightDown = default;
                for (var i = 0; i < weights.Length; i++)
                {
                    var value = TStep.Round(block.Row(i)[e]);
                    var weighted = TStep.Round(value * weights[i]);
                    sum += value;
                    up += value > T.Zero ? weighted : T.Zero;
                    down += value < T.Zero ? weighted : T.Zero;
                    weightUp += value > T.Zero ? weights[i] : T.Zero;
                    weightDown += value < T.Zero ? weights[i] : T.Zero;
                }
                var elected = sum >= T.Zero;
                var divisor = TStep.Round(elected ? weightUp : weightDown);
                block.Output[e] = divisor == T.Zero ? T.Zero : TStep.Round(TStep.Round(elected ? up : down) / divisor);
            }
        }
    }
}
