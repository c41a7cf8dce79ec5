using System.Numerics;
using System.Runtime.InteropServices;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Kernels;
using MergeLab.Merging.Methods.Rounding;

namespace MergeLab.Merging.Methods.Elementwise;

/// <summary>Σ w_i·row_i, then over a divisor, then times a factor; rows in order, products and sum rounded where steps round.</summary>
/// <param name="Weights">One for each row of the block.</param>
/// <param name="Divisor">1 for none.</param>
/// <param name="Factor">1 for none.</param>
/// <param name="RoundAdditions">Round after each addition rather than after the last, where steps round.</param>
public sealed record WeightedSum<T>(T[] Weights, T Divisor, T Factor, bool RoundAdditions = false) : IKernelMaker<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ElementKernel<T> Make<TStep>() where TStep : struct, IRounding<T> => new Kernel<TStep>(this);

    /// <summary>Applies the sum to rows in place.</summary>
    public void Apply<TStep>(in Block<T> block) where TStep : struct, IRounding<T>
    {
        var length = block.Length;
        ref var rows = ref MemoryMarshal.GetReference(block.Row(0));
        ref var output = ref MemoryMarshal.GetReference(block.Output);
        var (divides, multiplies) = (Divisor != T.One, Factor != T.One);
        var e = 0;
        for (; e <= length - Vector<T>.Count; e += Vector<T>.Count)
        {
            var sum = Vector<T>.Zero;
            for (var i = 0; i < Weights.Length; i++)
            {
                sum += TStep.Round(Vector.LoadUnsafe(ref rows, (nuint)(i * length + e)) * Weights[i]);
                if (RoundAdditions) sum = TStep.Round(sum);
            }
            if (TStep.Rounds) sum = TStep.Round(sum);
            if (divides) sum = TStep.Round(sum / new Vector<T>(Divisor));
            if (multiplies) sum = TStep.Round(sum * Factor);
            sum.StoreUnsafe(ref output, (nuint)e);
        }
        for (; e < length; e++)
        {
            var sum = T.Zero;
            for (var i = 0; i < Weights.Length; i++)
            {
                sum += TStep.Round(block.Row(i)[e] * Weights[i]);
                if (RoundAdditions) sum = TStep.Round(sum);
            }
            if (TStep.Rounds) sum = TStep.Round(sum);
            if (divides) sum = TStep.Round(sum / Divisor);
            if (multiplies) sum = TStep.Round(sum * Factor);
            block.Output[e] = sum;
        }
    }

    /// <summary>Whether it can go straight from stored inputs to the stored result.</summary>
    public bool Fuses<TStep>() where TStep : struct, IRounding<T> => typeof(T) == typeof(float) && !TStep.Rounds;

    /// <summary>Goes straight from stored inputs to the stored result.</summary>
    internal bool Run(in StoredBlock block) => Run(block, default(WholeRows));

    /// <summary>The same with something done to each row first.</summary>
    internal bool Run<TRows>(in StoredBlock block, TRows rows) where TRows : struct, IStoredRows =>
        block.Run(new FusedSum<TRows>(rows, (float[])(object)Weights, float.CreateChecked(Divisor), float.CreateChecked(Factor)));

    sealed class Kernel<TStep>(WeightedSum<T> sum) : ElementKernel<T>, IFusedKernel where TStep : struct, IRounding<T>
    {
        public bool Fuses => sum.Fuses<TStep>();

        bool IFusedKernel.Run(in StoredBlock block) => sum.Run(block);

        public override void Run(in Block<T> block) => sum.Apply<TStep>(block);
    }
}
