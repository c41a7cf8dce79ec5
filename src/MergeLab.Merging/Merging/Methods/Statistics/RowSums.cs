using System.Numerics;
using System.Runtime.InteropServices;

namespace MergeLab.Merging.Methods.Statistics;

/// <summary>Sums over rows of a block, accumulated in double in one fixed order.</summary>
public static class RowSums
{
    /// <summary>Σ |x|.</summary>
    public static double Magnitudes<T>(ReadOnlySpan<T> row) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float)) return Magnitudes(MemoryMarshal.Cast<T, float>(row));
        var sum = 0.0;
        foreach (var value in row) sum += Math.Abs(double.CreateTruncating(value));
        return sum;
    }

    /// <summary>Σ x·y.</summary>
    public static double Products<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float)) return Products(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
        return Products(MemoryMarshal.Cast<T, double>(x), MemoryMarshal.Cast<T, double>(y));
    }

    static double Magnitudes(ReadOnlySpan<float> row)
    {
        Vector<double> low = default, high = default;
        var e = 0;
        for (; e <= row.Length - Vector<float>.Count; e += Vector<float>.Count)
        {
            Vector.Widen(Vector.Abs(new Vector<float>(row[e..])), out var a, out var b);
            low += a;
            high += b;
        }
        var sum = Vector.Sum(low + high);
        for (; e < row.Length; e++) sum += Math.Abs(row[e]);
        return sum;
    }

    static double Products(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Vector<double> low = default, high = default;
        var e = 0;
        for (; e <= x.Length - Vector<float>.Count; e += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(x[e..]), out var a, out var b);
            Vector.Widen(new Vector<float>(y[e..]), out var c, out var d);
            low += a * c;
            high += b * d;
        }
        var sum = Vector.Sum(low + high);
        for (; e < x.Length; e++) sum += (double)x[e] * y[e];
        return sum;
    }

    static double Products(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Vector<double> sums = default;
        var e = 0;
        for (; e <= x.Length - Vector<double>.Count; e += Vector<double>.Count) sums += new Vector<double>(x[e..]) * new Vector<double>(y[e..]);
        var sum = Vector.Sum(sums);
        for (; e < x.Length; e++) sum += x[e] * y[e];
        return sum;
    }
}
