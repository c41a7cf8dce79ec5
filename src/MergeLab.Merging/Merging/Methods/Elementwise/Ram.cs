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
        return StepRounding.Kernel(tensor, run, new Maker<T>(epsilon, gains, plus));
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

    sealed record Maker<T>(T Epsilon, T[] Gains, bool Plus) : IKernelMaker<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ElementKernel<T> Make<TStep>() where TStep : struct, IRounding<T> => new Kernel<T, TStep>(Epsilon, Gains, Plus);
    }

    /// <summary>The gains of RAM+ are float32 in mergekit, and so is what comes after them: its shares round, their sum does not.</summary>
    sealed class Kernel<T, TStep>(T epsilon, T[] gains, bool plus) : ElementKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T> where TStep : struct, IRounding<T>
    {
        public override void Run(in Block<T> block)
        {
            var e = 0;
            for (; e <= block.Length - Vector<T>.Count; e += Vector<T>.Count) Merge(block, e).CopyTo(block.Output[e..]);
            if (e == block.Length) return;
            // The rest as one more vector, padded with zeros.
            Span<T> padded = stackalloc T[(gains.Length + 1) * Vector<T>.Count];
            padded.Clear();
            for (var i = 0; i < gains.Length; i++) block.Row(i)[e..].CopyTo(padded[(i * Vector<T>.Count)..]);
            var rest = new Block<T>(block.First + e, padded[^Vector<T>.Count..], padded[..^Vector<T>.Count]);
            Merge(rest, 0).CopyTo(rest.Output);
            rest.Output[..(block.Length - e)].CopyTo(block.Output[e..]);
        }

        Vector<T> Merge(in Block<T> block, int e)
        {
            Vector<T> sum = default, own = default, changed = default, shares = default;
            for (var i = 0; i < gains.Length; i++)
            {
                var value = Changed(block, i, e);
                changed += Vector.ConditionalSelect(Vector.Equals(value, Vector<T>.Zero), Vector<T>.Zero, Vector<T>.One);
                sum += value;
                own += value * gains[i];
            }
            var several = Vector.GreaterThan(changed, Vector<T>.One);
            if (!plus || !TStep.Rounds) return Vector.ConditionalSelect(several, TStep.Round(TStep.Round(sum) / Vector.Max(changed, Vector<T>.One)), own);
            for (var i = 0; i < gains.Length; i++) shares += TStep.Round(Changed(block, i, e) / Vector.Max(changed, Vector<T>.One));
            return Vector.ConditionalSelect(several, shares, own);
        }

        /// <summary>A model's elements, those that count as unchanged zero.</summary>
        Vector<T> Changed(in Block<T> block, int model, int e)
        {
            var value = TStep.Round(new Vector<T>(block.Row(model)[e..]));
            return Vector.ConditionalSelect(Vector.GreaterThan(Vector.Abs(value), new Vector<T>(epsilon)), value, Vector<T>.Zero);
        }
    }
}
