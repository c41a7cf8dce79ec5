using System.Numerics;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Rounding;

namespace MergeLab.Merging.Methods.Elementwise;

/// <summary>
/// Reinforced Agent Merging (arXiv 2601.13572): an element that one model alone changed is added whole, an element that several changed is
/// averaged over them. RAM+ enlarges a model's own elements by 1 + r·min(ρ, alpha), ρ its shared over its own elements in this tensor.
/// </summary>
public sealed class Ram(bool plus) : IMergeMethod, ITensorRule
{
    public ITensorRule Begin(MergeRun run) => this;

    public InputSpace Space => InputSpace.TaskVectors;

    public ElementKernel<T> Prepare<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var epsilon = T.CreateChecked(tensor.Settings.Number("epsilon"));
        var gains = plus ? Gains<T>(tensor, run, epsilon) : [.. tensor.Models.Select(_ => T.One)];
        return StepRounding.Kernel(tensor, run, new Maker<T>(epsilon, gains));
    }

    static T[] Gains<T>(TensorMerge tensor, MergeRun run, T epsilon) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var models = tensor.Models.Count;
        // For each model: elements of its own, then elements shared with others.
        var counts = TensorStatistics.Sum<T>(tensor, InputSpace.TaskVectors, run, 2 * models, (in Block<T> block, Span<double> sums) =>
        {
            for (var e = 0; e < block.Length; e++)
            {
                var changed = 0;
                for (var i = 0; i < block.Count; i++) changed += T.Abs(block.Row(i)[e]) > epsilon ? 1 : 0;
                var place = changed > 1 ? 1 : 0;
                for (var i = 0; i < block.Count; i++) sums[2 * i + place] += T.Abs(block.Row(i)[e]) > epsilon ? 1 : 0;
            }
        });
        var (r, alpha, least) = (tensor.Settings.Number("r"), tensor.Settings.Number("alpha"), tensor.Settings.Number("epsilon"));
        return [.. Enumerable.Range(0, models).Select(i => T.CreateChecked(1 + r * Math.Clamp(counts[2 * i + 1] / Math.Max(counts[2 * i], least), 0, alpha)))];
    }

    sealed record Maker<T>(T Epsilon, T[] Gains) : IKernelMaker<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ElementKernel<T> Make<TStep>() where TStep : struct, IRounding<T> => new Kernel<T, TStep>(Epsilon, Gains);
    }

    sealed class Kernel<T, TStep>(T epsilon, T[] gains) : ElementKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T> where TStep : struct, IRounding<T>
    {
        public override void Run(in Block<T> block)
        {
            var e = 0;
            for (; e <= block.Length - Vector<T>.Count; e += Vector<T>.Count)
            {
                Vector<T> sum = default, own = default, changed = default;
                for (var i = 0; i < gains.Length; i++)
                {
                    var value = TStep.Round(new Vector<T>(block.Row(i)[e..]));
                    var counts = Vector.GreaterThan(Vector.Abs(value), new Vector<T>(epsilon));
                    value = Vector.ConditionalSelect(counts, value, Vector<T>.Zero);
                    changed += Vector.ConditionalSelect(counts, Vector<T>.One, Vector<T>.Zero);
                    sum += value;
                    own += value * gains[i];
                }
                var shared = TStep.Round(TStep.Round(sum) / Vector.Max(changed, Vector<T>.One));
                Vector.ConditionalSelect(Vector.GreaterThan(changed, Vector<T>.One), shared, own).CopyTo(block.Output[e..]);
            }
            for (; e < block.Length; e++)
            {
                T sum = default, own = default, changed = default;
                for (var i = 0; i < gains.Length; i++)
                {
                    var value = TStep.Round(block.Row(i)[e]);
                    if (!(T.Abs(value) > epsilon)) continue;
                    changed += T.One;
                    sum += value;
                    own += value * gains[i];
                }
                block.Output[e] = changed > T.One ? TStep.Round(TStep.Round(sum) / changed) : own;
            }
        }
    }
}
