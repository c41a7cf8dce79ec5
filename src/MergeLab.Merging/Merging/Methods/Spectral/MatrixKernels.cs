using System.Numerics;
using System.Runtime.InteropServices;
using MergeLab.Checkpoints;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Spectral;

/// <summary>Hands out blocks of a matrix that is there already.</summary>
sealed class MatrixKernel<T>(double[] merged) : ElementKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Run(in Block<T> block)
    {
        var from = merged.AsSpan((int)block.First, block.Length);
        for (var e = 0; e < from.Length; e++) block.Output[e] = T.CreateTruncating(from[e]);
    }
}

/// <summary>factor·Σ w_i·x_i/n.</summary>
sealed class Average<T>(double[] weights, double factor) : ElementKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly bool plain = factor == 1 && Array.TrueForAll(weights, w => w == 1);

    public override void Run(in Block<T> block)
    {
        var output = MemoryMarshal.Cast<T, Vector<T>>(block.Output);
        block.Output.Clear();
        for (var i = 0; i < weights.Length; i++)
        {
            var weight = T.CreateTruncating(weights[i]);
            var row = block.Row(i);
            var vectors = MemoryMarshal.Cast<T, Vector<T>>(row);
            for (var v = 0; v < vectors.Length; v++) output[v] += vectors[v] * weight;
            for (var e = vectors.Length * Vector<T>.Count; e < row.Length; e++) block.Output[e] += row[e] * weight;
        }
        var count = T.CreateChecked(weights.Length);
        foreach (ref var value in block.Output) value /= count;
        if (plain) return;
        var times = T.CreateTruncating(factor);
        foreach (ref var value in block.Output) value *= times;
    }
}

/// <summary>The reference's mean in 16 bits, m += (x − m)/i, rounded after every step.</summary>
sealed class RunningMean<T>(DType type, double factor) : ElementKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Run(in Block<T> block)
    {
        Span<double> one = stackalloc double[1];
        for (var e = 0; e < block.Length; e++)
        {
            var mean = Round(double.CreateTruncating(block.Row(0)[e]), one);
            for (var i = 1; i < block.Count; i++)
            {
                var step = Round(Round(Round(double.CreateTruncating(block.Row(i)[e]), one) - mean, one) / (i + 1), one);
                mean = Round(mean + step, one);
            }
            block.Output[e] = T.CreateTruncating(factor == 1 ? mean : Round(mean * factor, one));
        }
    }

    double Round(double value, Span<double> one)
    {
        one[0] = value;
        Rounding.ToType(type, one);
        return one[0];
    }
}
