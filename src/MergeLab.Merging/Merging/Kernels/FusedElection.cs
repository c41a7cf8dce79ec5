using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Kernels;

/// <summary>
/// base + factor·(mean or sum of the kept w_i·(x_i − base) whose sign is that of their sum), all streams side by side in one loop. Operations and
/// their order are those of rows in cache.
/// </summary>
static unsafe class FusedElection
{
    /// <param name="block">Inputs in the space of task vectors.</param>
    /// <param name="weights">w.</param>
    /// <param name="cuts">What is kept of each task vector.</param>
    /// <param name="mean">Divide by the weights of those that agree.</param>
    /// <param name="factor">What multiplies the result.</param>
    /// <param name="zeroIsPositive">The sign elected where the sum is zero.</param>
    /// <returns>Whether the inputs are finite.</returns>
    public static bool Run(in StoredBlock block, float[] weights, MagnitudeCut<float>[] cuts, bool mean, float factor, bool zeroIsPositive)
    {
        var pointers = stackalloc byte*[block.Count];
        var finite = true;
        for (var at = 0; at < block.Length;)
        {
            // Up to a row's last kept tie, elements equal to its threshold are kept; after it they are not. Stretches end where that changes.
            var end = block.Length;
            var limits = new float[cuts.Length];
            for (var i = 0; i < cuts.Length; i++)
            {
                var keepsTies = cuts[i].LastTie >= block.First + at;
                if (keepsTies && cuts[i].LastTie < block.First + end - 1) end = (int)(cuts[i].LastTie + 1 - block.First);
                limits[i] = keepsTies ? MathF.BitDecrement(cuts[i].Threshold) : cuts[i].Threshold;
            }
            var loop = new Loop(weights, limits, mean, factor, zeroIsPositive);
            finite &= block.Part(at, end - at, pointers).Run(loop);
            at = end;
        }
        return finite;
    }

    readonly struct Loop(float[] weights, float[] limits, bool mean, float factor, bool zeroIsPositive) : IFusedLoop
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public bool Run<TStored>(in StoredBlock block) where TStored : struct, IStoredFloats
        {
            var count = block.Count;
            var inputs = block.Inputs;
            var basis = block.Base;
            var output = block.Output;
            Vector512<float> odd0 = default, odd1 = default;
            var bytes = (nint)block.Length * TStored.Size;
            fixed (float* w = weights, limit = limits)
            {
                for (nint at = 0; at < bytes; at += RowKernels.Lanes * TStored.Size)
                {
                    FusedSum.Prefetch<TStored>(basis + at);
                    var (base0, base1) = TStored.Load(basis + at);
                    Vector512<float> sum0 = default, sum1 = default, up0 = default, up1 = default, weightUp0 = default, weightUp1 = default;
                    Vector512<float> down0 = default, down1 = default, weightDown0 = default, weightDown1 = default;
                    for (var i = 0; i < count; i++)
                    {
                        var from = inputs[i] + at;
                        FusedSum.Prefetch<TStored>(from);
                        var (x0, x1) = TStored.Load(from);
                        x0 -= base0;
                        x1 -= base1;
                        odd0 = Vector512.FusedMultiplyAdd(x0, Vector512<float>.Zero, odd0);
                        odd1 = Vector512.FusedMultiplyAdd(x1, Vector512<float>.Zero, odd1);
                        var least = Vector512.Create(limit[i]);
                        var weight = Vector512.Create(w[i]);
                        x0 = Vector512.ConditionalSelect(Vector512.GreaterThan(Vector512.Abs(x0), least), x0, Vector512<float>.Zero) * weight;
                        x1 = Vector512.ConditionalSelect(Vector512.GreaterThan(Vector512.Abs(x1), least), x1, Vector512<float>.Zero) * weight;
                        Add(x0, weight, ref sum0, ref up0, ref down0, ref weightUp0, ref weightDown0);
                        Add(x1, weight, ref sum1, ref up1, ref down1, ref weightUp1, ref weightDown1);
                    }
                    var merged0 = Elect(sum0, up0, down0, weightUp0, weightDown0);
                    var merged1 = Elect(sum1, up1, down1, weightUp1, weightDown1);
                    TStored.Store(output + at, merged0 + base0, merged1 + base1);
                }
            }
            return Vector512.EqualsAll(odd0 + odd1, Vector512<float>.Zero);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Add(Vector512<float> value, Vector512<float> weight, ref Vector512<float> sum, ref Vector512<float> up, ref Vector512<float> down, ref Vector512<float> weightUp, ref Vector512<float> weightDown)
        {
            var positive = Vector512.GreaterThan(value, Vector512<float>.Zero);
            var negative = Vector512.LessThan(value, Vector512<float>.Zero);
            sum += value;
            up = Vector512.ConditionalSelect(positive, up + value, up);
            down = Vector512.ConditionalSelect(negative, down + value, down);
            weightUp = Vector512.ConditionalSelect(positive, weightUp + weight, weightUp);
            weightDown = Vector512.ConditionalSelect(negative, weightDown + weight, weightDown);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector512<float> Elect(Vector512<float> sum, Vector512<float> up, Vector512<float> down, Vector512<float> weightUp, Vector512<float> weightDown)
        {
            var elected = zeroIsPositive ? Vector512.GreaterThanOrEqual(sum, Vector512<float>.Zero) : Vector512.GreaterThan(sum, Vector512<float>.Zero);
            var merged = Vector512.ConditionalSelect(elected, up, down);
            if (mean)
            {
                var divisor = Vector512.ConditionalSelect(elected, weightUp, weightDown);
                merged /= Vector512.ConditionalSelect(Vector512.Equals(divisor, Vector512<float>.Zero), Vector512<float>.One, divisor);
            }
            return factor == 1 ? merged : merged * factor;
        }
    }
}
