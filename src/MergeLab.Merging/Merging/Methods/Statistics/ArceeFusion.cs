using System.Buffers;
using System.Numerics;
using MergeLab.Checkpoints;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Rounding;

namespace MergeLab.Merging.Methods.Statistics;

/// <summary>
/// mergekit's arcee_fusion: takes over from the other model the elements whose importance |x − b|·KL(softmax x ‖ softmax b), the divergence
/// taken along the last dimension, reaches the median plus one and a half times the distance of the quartiles. Quantiles are exact; mergekit
/// draws a million elements of larger tensors.
/// </summary>
public sealed class ArceeFusion : IMergeMethod, ITensorRule
{
    static readonly double[] Quartiles = [0.75, 0.5, 0.25];

    public ITensorRule Begin(MergeRun run) => this;

    public InputSpace Space => InputSpace.Weights;

    public TensorInput? CopyOf(TensorMerge tensor) => tensor.Inputs.Count == 1 ? tensor.Inputs[0] : null;

    public ElementKernel<T> Prepare<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pair = BasePair.Of(tensor);
        var step = StepRounding.Of(tensor, run);
        var importance = new Importance<T>(pair, Divergences<T>(tensor, pair, run, step), tensor.Columns, step);
        var scores = new TensorScores<T>(tensor, Space, importance.Score);
        var last = tensor.Output.Count - 1;
        // Ranks count from the largest, so that the third quartile is the first found; the quantile q is the element at floor(q·(n − 1)) from the smallest.
        var found = OrderStatistics.Find(scores, [[.. Quartiles.Select(q => last - (long)(q * last))]], run)[0];
        var spread = StepRounding.Round(1.5 * StepRounding.Round(found[0].Value - found[2].Value, step), step);
        var threshold = T.CreateTruncating(StepRounding.Round(found[1].Value + spread, step));
        return StepRounding.Kernel(tensor, run, new Maker<T>(importance, threshold, pair));
    }

    /// <summary>KL divergence of each row.</summary>
    static T[] Divergences<T>(TensorMerge tensor, BasePair pair, MergeRun run, DType? step) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var length = checked((int)tensor.Columns);
        var divergences = new T[length == 0 ? 0 : tensor.Output.Count / length];
        Workers.For(run, divergences.Length, row =>
        {
            var buffer = ArrayPool<T>.Shared.Rent(2 * length);
            var (from, to) = (buffer.AsMemory(0, length), buffer.AsMemory(length, length));
            TensorBlocks.Read(tensor.Inputs[pair.Base].Reader, row * length, from.Span);
            TensorBlocks.Read(tensor.Inputs[pair.Other].Reader, row * length, to.Span);
            divergences[row] = T.CreateTruncating(Divergence<T>(to.Span, from.Span, step));
            ArrayPool<T>.Shared.Return(buffer);
        });
        return divergences;
    }

    /// <summary>Σ p·(ln p − ln q) with p = softmax(x) + 1e-8 and q = softmax(b) + 1e-8.</summary>
    static double Divergence<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> b, DType? step) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const double Floor = 1e-8;
        var (mostX, totalX) = Exponentials(x);
        var (mostB, totalB) = Exponentials(b);
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var p = Round(Round(Math.Exp(double.CreateTruncating(x[i]) - mostX) / totalX) + Floor);
            var q = Round(Round(Math.Exp(double.CreateTruncating(b[i]) - mostB) / totalB) + Floor);
            sum += Round(p * Round(Math.Log(Round(p / q))));
        }
        return Round(sum);

        double Round(double value) => StepRounding.Round(value, step);
    }

    static (double Most, double Total) Exponentials<T>(ReadOnlySpan<T> values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (most, total) = (double.NegativeInfinity, 0.0);
        foreach (var value in values) most = Math.Max(most, double.CreateTruncating(value));
        foreach (var value in values) total += Math.Exp(double.CreateTruncating(value) - most);
        return (most, total);
    }

    /// <summary>Importance of elements.</summary>
    sealed class Importance<T>(BasePair pair, T[] divergences, long columns, DType? step) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>Into the block's output.</summary>
        public void Score(in Block<T> block)
        {
            var from = block.Row(pair.Base);
            var to = block.Row(pair.Other);
            for (var e = 0; e < block.Length;)
            {
                var (row, within) = Math.DivRem(block.First + e, columns);
                var end = (int)Math.Min(block.Length, e + columns - within);
                var divergence = divergences[row];
                var first = e;
                for (; e < end; e++) block.Output[e] = T.Abs(to[e] - from[e]);
                StepRounding.Round(block.Output[first..end], step);
                for (e = first; e < end; e++) block.Output[e] *= divergence;
                StepRounding.Round(block.Output[first..end], step);
            }
        }
    }

    sealed record Maker<T>(Importance<T> Importance, T Threshold, BasePair Pair) : IKernelMaker<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ElementKernel<T> Make<TStep>() where TStep : struct, IRounding<T> => new Kernel<T, TStep>(Importance, Threshold, Pair);
    }

    sealed class Kernel<T, TStep>(Importance<T> importance, T threshold, BasePair pair) : ElementKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T> where TStep : struct, IRounding<T>
    {
        public override void Run(in Block<T> block)
        {
            importance.Score(block);
            var from = block.Row(pair.Base);
            var to = block.Row(pair.Other);
            for (var e = 0; e < block.Length; e++)
                block.Output[e] = block.Output[e] >= threshold ? from[e] + TStep.Round(to[e] - from[e]) : from[e];
        }
    }
}
