using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Kernels;

/// <summary>
/// base + factor·(mean or sum of the w_i·row_i whose sign is that of their sum), all streams side by side in one loop. Operations and their order
/// are those of rows in cache.
/// </summary>
/// <param name="rows">What is made of each task vector first.</param>
/// <param name="weights">w.</param>
/// <param name="mean">Divide by the weights of those that agree.</param>
/// <param name="factor">What multiplies the result.</param>
/// <param name="zeroIsPositive">The sign elected where the sum is zero.</param>
readonly unsafe struct FusedElection<TRows>(TRows rows, float[] weights, bool mean, float factor, bool zeroIsPositive) : IFusedLoop where TRows : struct, IStoredRows
{
    public bool Run<TStored>(in StoredBlock block) where TStored : struct, IStoredFloats => mean ? Run<TStored, Means>(block) : Run<TStored, Sums>(block);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    bool Run<TStored, TAgreed>(in StoredBlock block) where TStored : struct, IStoredFloats where TAgreed : struct, IAgreed
    {
        var count = block.Count;
        var inputs = block.Inputs;
        var basis = block.Base;
        var output = block.Output;
        var thinned = rows;
        var element = block.First;
        var seen = Vector512<uint>.Zero;
        var bytes = (nint)block.Length * TStored.Size;
        fixed (float* w = weights)
        {
            for (nint at = 0; at < bytes; at += RowKernels.Lanes * TStored.Size, element += RowKernels.Lanes)
            {
                FusedSum.Prefetch<TStored>(basis + at);
                var (base0, base1) = TStored.LoadSplit(basis + at);
                seen = TStored.Look(seen, basis + at);
                var place = thinned.Place(element);
                Vector512<float> sum0 = default, sum1 = default, up0 = default, up1 = default, weightUp0 = default, weightUp1 = default;
                Vector512<float> down0 = default, down1 = default, weightDown0 = default, weightDown1 = default;
                for (var i = 0; i < count; i++)
                {
                    var from = inputs[i] + at;
                    FusedSum.Prefetch<TStored>(from);
                    seen = TStored.Look(seen, from);
                    var (x0, x1) = thinned.Load<TStored>(i, from, basis + at, base0, base1, place);
                    var weight = Vector512.Create(w[i]);
                    Add<TAgreed>(x0 * weight, weight, ref sum0, ref up0, ref down0, ref weightUp0, ref weightDown0);
                    Add<TAgreed>(x1 * weight, weight, ref sum1, ref up1, ref down1, ref weightUp1, ref weightDown1);
                }
                var merged0 = Elect<TAgreed>(sum0, up0, down0, weightUp0, weightDown0);
                var merged1 = Elect<TAgreed>(sum1, up1, down1, weightUp1, weightDown1);
                TStored.StoreSplit(output + at, merged0 + base0, merged1 + base1);
            }
        }
        return TStored.Finite(seen);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add<TAgreed>(Vector512<float> value, Vector512<float> weight, ref Vector512<float> sum, ref Vector512<float> up, ref Vector512<float> down, ref Vector512<float> weightUp, ref Vector512<float> weightDown)
        where TAgreed : struct, IAgreed
    {
        sum += value;
        up += Vector512.MaxNative(value, Vector512<float>.Zero);
        down += Vector512.MinNative(value, Vector512<float>.Zero);
        if (!TAgreed.Divides) return;
        weightUp = Vector512.ConditionalSelect(Vector512.GreaterThan(value, Vector512<float>.Zero), weightUp + weight, weightUp);
        weightDown = Vector512.ConditionalSelect(Vector512.LessThan(value, Vector512<float>.Zero), weightDown + weight, weightDown);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Vector512<float> Elect<TAgreed>(Vector512<float> sum, Vector512<float> up, Vector512<float> down, Vector512<float> weightUp, Vector512<float> weightDown) where TAgreed : struct, IAgreed
    {
        var elected = zeroIsPositive ? Vector512.GreaterThanOrEqual(sum, Vector512<float>.Zero) : Vector512.GreaterThan(sum, Vector512<float>.Zero);
        var merged = Vector512.ConditionalSelect(elected, up, down);
        if (TAgreed.Divides)
        {
            var divisor = Vector512.ConditionalSelect(elected, weightUp, weightDown);
            merged /= Vector512.ConditionalSelect(Vector512.Equals(divisor, Vector512<float>.Zero), Vector512<float>.One, divisor);
        }
        return factor == 1 ? merged : merged * factor;
    }

    interface IAgreed
    {
        static abstract bool Divides { get; }
    }

    readonly struct Means : IAgreed
    {
        public static bool Divides => true;
    }

    readonly struct Sums : IAgreed
    {
        public static bool Divides => false;
    }
}
