namespace MergeLab.Merging.Median;

/// <summary>Small dense vectors, float64.</summary>
static class Vectors
{
    public static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var e = 0; e < a.Length; e++) sum += a[e] * b[e];
        return sum;
    }

    public static double Norm(double[] a) => Math.Sqrt(Dot(a, a));

    public static double Distance(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var e = 0; e < a.Length; e++) sum += (a[e] - b[e]) * (a[e] - b[e]);
        return Math.Sqrt(sum);
    }

    public static double[] Scale(double[] a, double factor) => [.. a.Select(v => v * factor)];

    /// <summary>a + factor·b.</summary>
    public static double[] Add(double[] a, double factor, double[] b) => [.. a.Select((v, e) => v + factor * b[e])];
}
