using System.Buffers;
using System.Numerics;
using MergeLab.Core.Errors;
using MergeLab.Merging.Draws;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>
/// DELLA's drop (Deep et al., 2024, section 3.1): within each row of a matrix elements are ranked by magnitude, and the chance to stay grows
/// evenly from density − epsilon at the smallest to density + epsilon at the largest. Of equal magnitudes the first by index ranks lowest.
/// </summary>
public static class RankedDraws
{
    /// <summary>One bit an element: whether it stays.</summary>
    public static KeepMask Mask<T>(TensorMerge tensor, TensorInput model, MergeRun run, double density, double epsilon) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Mask<T>(tensor, model, run, density, epsilon, Draws(tensor, model, run));

    /// <summary>The same with given draws: a number of [0, 1) for each element.</summary>
    public static KeepMask Mask<T>(TensorMerge tensor, TensorInput model, MergeRun run, double density, double epsilon, Func<long, float> draw) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var bits = new byte[(tensor.Output.Count + 7) / 8];
        ForElements<T>(tensor, model, run, density, epsilon, (index, probability) =>
        {
            if (draw(index) < probability) bits[index >> 3] |= (byte)(1 << (int)(index & 7));
        });
        return new KeepMask(bits);
    }

    /// <summary>One number an element: the inverse of its chance to stay, 0 where it is dropped.</summary>
    public static float[] InverseProbabilities<T>(TensorMerge tensor, TensorInput model, MergeRun run, double density, double epsilon) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scales = new float[tensor.Output.Count];
        var draw = Draws(tensor, model, run);
        ForElements<T>(tensor, model, run, density, epsilon, (index, probability) => scales[index] = draw(index) < probability ? (float)(1 / probability) : 0);
        return scales;
    }

    /// <summary>Refuses chances outside 0 … 1.</summary>
    public static void Check(TensorMerge tensor)
    {
        foreach (var model in tensor.Models)
        {
            var (density, epsilon) = (model.Settings.Number("density"), model.Settings.Number("epsilon"));
            if (density is <= 0 or >= 1 || (density - epsilon > 0 && density + epsilon < 1)) continue;
            throw new ProblemException(
                $"density {density} and epsilon {epsilon} do not go together in {tensor.Output.Name}", why: "elements stay with a chance between density − epsilon and density + epsilon, which must lie within 0 and 1", remedy: "give a smaller epsilon");
        }
    }

    static Func<long, float> Draws(TensorMerge tensor, TensorInput model, MergeRun run)
    {
        var random = CounterRandom.For(run.Seed, run.Models[model.Model], tensor.Output.Name);
        return random.Uniform;
    }

    static void ForElements<T>(TensorMerge tensor, TensorInput model, MergeRun run, double density, double epsilon, Action<long, double> decide) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (outer, ranked, inner) = RankedDimension(tensor);
        var place = tensor.Models.ToList().IndexOf(model);
        // Eight rows begin at a whole byte of a mask, so that no two workers write the same one.
        const int Together = 8;
        var groups = (outer * inner + Together - 1) / Together;
        Parallel.For(0, groups, new ParallelOptions { MaxDegreeOfParallelism = inner == 1 ? run.Threads : 1, CancellationToken = run.Cancellation }, group =>
        {
            var magnitudes = new T[ranked];
            var order = new int[ranked];
            for (var row = group * Together; row < Math.Min(outer * inner, (group + 1) * Together); row++)
            {
                var first = row / inner * ranked * inner + row % inner;
                Read(tensor, place, first, inner, magnitudes);
                for (var i = 0; i < order.Length; i++) order[i] = i;
                Array.Sort(order, (a, b) => magnitudes[a].CompareTo(magnitudes[b]) is var c and not 0 ? c : a.CompareTo(b));
                for (var rank = 0; rank < order.Length; rank++)
                {
                    var share = order.Length == 1 ? 0.5 : (double)rank / (order.Length - 1);
                    decide(first + order[rank] * inner, density - epsilon + share * 2 * epsilon);
                }
            }
        });
    }

    /// <summary>Rows lie along the second dimension, or the only one.</summary>
    static (long Outer, long Ranked, long Inner) RankedDimension(TensorMerge tensor)
    {
        var shape = tensor.Output.Shape;
        return shape.Count switch
        {
            0 => (1, 1, 1),
            1 => (1, shape[0], 1),
            _ => (shape[0], shape[1], shape.Skip(2).Aggregate(1L, (a, b) => a * b)),
        };
    }

    static void Read<T>(TensorMerge tensor, int place, long first, long stride, T[] magnitudes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var span = checked((int)((magnitudes.Length - 1) * stride + 1));
        var models = tensor.Models.Count;
        var buffer = ArrayPool<T>.Shared.Rent(checked((models + 1) * span));
        TensorBlocks.Read(tensor, InputSpace.TaskVectors, first, buffer.AsSpan(span, models * span), buffer.AsSpan(0, span));
        var row = buffer.AsSpan(span + place * span, span);
        for (var i = 0; i < magnitudes.Length; i++) magnitudes[i] = T.Abs(row[checked((int)(i * stride))]);
        ArrayPool<T>.Shared.Return(buffer);
    }
}
