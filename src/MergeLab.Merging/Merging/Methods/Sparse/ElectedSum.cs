using System.Numerics;
using System.Runtime.InteropServices;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Kernels;
using MergeLab.Merging.Methods.Rounding;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>What is made of the elements that agree with the elected sign.</summary>
public enum Agreement
{
    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their mean, weighted by the models' weights.</summary>
    Mean,

    /// <summary>The largest of them.</summary>
    Max,
}

/// <summary>
/// Elects a sign for each element, that of Σ w_i·τ_i, and merges the elements of that sign (Yadav et al., TIES, NeurIPS 2023, section 4.2).
/// One pass over the rows with sums for both signs, so that no branch is taken per element.
/// </summary>
/// <param name="Weights">One for each row.</param>
/// <param name="Agreement">What is merged from the elements that agree.</param>
/// <param name="Factor">What multiplies the result.</param>
/// <param name="SignOfZero">The sign elected where the sum is zero: +1, −1, or 0 for the negative elements and no maximum.</param>
public sealed record ElectedSum<T>(T[] Weights, Agreement Agreement, T Factor, int SignOfZero) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Apply<TStep>(in Block<T> block) where TStep : struct, IRounding<T>
    {
        if (Agreement == Agreement.Max) Largest<TStep>(block);
        else Sums<TStep>(block);
    }

    /// <summary>Whether it can go straight from stored inputs to the stored result.</summary>
    public bool Fuses<TStep>() where TStep : struct, IRounding<T> => typeof(T) == typeof(float) && !TStep.Rounds && Agreement != Agreement.Max;

    /// <summary>Goes straight from stored inputs to the stored result.</summary>
    internal bool Run<TRows>(in StoredBlock block, TRows rows) where TRows : struct, IStoredRows =>
        block.Run(new FusedElection<TRows>(rows, (float[])(object)Weights, Agreement == Agreement.Mean, float.CreateChecked(Factor), SignOfZero > 0));

    void Sums<TStep>(in Block<T> block) where TStep : struct, IRounding<T>
    {
        var length = block.Length;
        ref var rows = ref MemoryMarshal.GetReference(block.Row(0));
        ref var output = ref MemoryMarshal.GetReference(block.Output);
        var (divides, multiplies) = (Agreement == Agreement.Mean, Factor != T.One);
        var e = 0;
        for (; e <= length - Vector<T>.Count; e += Vector<T>.Count)
        {
            Vector<T> sum = default, up = default, down = default, weightUp = default, weightDown = default;
            for (var i = 0; i < Weights.Length; i++)
            {
                var value = TStep.Round(Vector.LoadUnsafe(ref rows, (nuint)(i * length + e)) * Weights[i]);
                var weight = new Vector<T>(Weights[i]);
                var positive = Vector.GreaterThan(value, Vector<T>.Zero);
                var negative = Vector.LessThan(value, Vector<T>.Zero);
                sum += value;
                up += Vector.ConditionalSelect(positive, value, Vector<T>.Zero);
                down += Vector.ConditionalSelect(negative, value, Vector<T>.Zero);
                weightUp += Vector.ConditionalSelect(positive, weight, Vector<T>.Zero);
                weightDown += Vector.ConditionalSelect(negative, weight, Vector<T>.Zero);
            }
            var elected = SignOfZero > 0 ? Vector.GreaterThanOrEqual(sum, Vector<T>.Zero) : Vector.GreaterThan(sum, Vector<T>.Zero);
            var merged = TStep.Round(Vector.ConditionalSelect(elected, up, down));
            if (divides)
            {
                var divisor = TStep.Round(Vector.ConditionalSelect(elected, weightUp, weightDown));
                divisor = Vector.ConditionalSelect(Vector.Equals(divisor, Vector<T>.Zero), Vector<T>.One, divisor);
                merged = TStep.Round(merged / divisor);
            }
            if (multiplies) merged = TStep.Round(merged * Factor);
            merged.StoreUnsafe(ref output, (nuint)e);
        }
        for (; e < length; e++)
        {
            T sum = default, up = default, down = default, weightUp = default, weightDown = default;
            for (var i = 0; i < Weights.Length; i++)
            {
                var value = TStep.Round(block.Row(i)[e] * Weights[i]);
                sum += value;
                if (value > T.Zero) (up, weightUp) = (up + value, weightUp + Weights[i]);
                if (value < T.Zero) (down, weightDown) = (down + value, weightDown + Weights[i]);
            }
            var elected = SignOfZero > 0 ? sum >= T.Zero : sum > T.Zero;
            var merged = TStep.Round(elected ? up : down);
            if (divides) merged = TStep.Round(merged / (TStep.Round(elected ? weightUp : weightDown) is var divisor && divisor == T.Zero ? T.One : divisor));
            block.Output[e] = multiplies ? TStep.Round(merged * Factor) : merged;
        }
    }

    void Largest<TStep>(in Block<T> block) where TStep : struct, IRounding<T>
    {
        for (var e = 0; e < block.Length; e++)
        {
            T sum = default, most = default, least = default;
            for (var i = 0; i < Weights.Length; i++)
            {
                var value = TStep.Round(block.Row(i)[e] * Weights[i]);
                sum += value;
                most = T.Max(most, value);
                least = T.Min(least, value);
            }
            var sign = T.IsZero(sum) ? SignOfZero : T.Sign(sum);
            var merged = sign > 0 ? most : sign < 0 ? least : T.Zero;
            block.Output[e] = TStep.Round(merged * Factor);
        }
    }
}
