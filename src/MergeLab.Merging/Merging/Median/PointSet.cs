using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.Median;

/// <summary>Points of a median problem as read from a safetensors file: <c>points</c> (n×d, float) and, if present, <c>weights</c> (n).</summary>
public sealed record PointSet(double[][] Points, double[] Weights)
{
    const int MostPoints = 2000;

    /// <exception cref="ProblemException">A tensor is missing, of the wrong shape, or holds values that are no numbers.</exception>
    public static PointSet Read(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var points = file.Find("points")
            ?? throw new ProblemException("no tensor 'points'", new Place(path), $"the file holds: {string.Join(", ", file.Tensors.Select(t => t.Name).Take(8))}", "name the n×d tensor 'points'");
        if (points.Shape.Count != 2 || points.Count == 0 || !points.DType.IsFloat())
            throw new ProblemException("'points' is not a matrix of floats", points.Place, $"it is {points.DType.Name()} {points.ShapeText}", "store n points of d entries as n×d");
        if (points.Shape[0] > MostPoints)
            throw new ProblemException($"{points.Shape[0]} points", points.Place, $"all pairs are compared; more than {MostPoints} are not taken", "merge fewer");
        var rows = Values(file, points).Chunk((int)points.Shape[1]).ToArray();

        if (file.Find("weights") is not { } stored) return new PointSet(rows, [.. Enumerable.Repeat(1.0, rows.Length)]);
        if (stored.Shape.Count != 1 || stored.Count != rows.Length)
            throw new ProblemException("'weights' does not fit 'points'", stored.Place, $"it is {stored.ShapeText} for {rows.Length} points", "give one weight a point");
        var weights = Values(file, stored);
        if (weights.Any(w => w < 0)) throw new ProblemException("a weight is negative", stored.Place, $"weight {Array.FindIndex(weights, w => w < 0)}", "give weights of 0 or more");
        if (weights.All(w => w == 0)) throw new ProblemException("all weights are 0", stored.Place, remedy: "give at least one above 0");
        return new PointSet(rows, weights);
    }

    /// <summary>Σ c_i·x_i for coefficients that sum to 1, taken relative to the point with the largest one, so that a common offset is rounded once.</summary>
    public double[] Combine(double[] coefficients)
    {
        var origin = Points[Array.IndexOf(coefficients, coefficients.Max())];
        var sum = new double[origin.Length];
        for (var i = 0; i < Points.Length; i++)
        {
            if (coefficients[i] == 0 || ReferenceEquals(Points[i], origin)) continue;
            for (var e = 0; e < sum.Length; e++) sum[e] += coefficients[i] * (Points[i][e] - origin[e]);
        }
        for (var e = 0; e < sum.Length; e++) sum[e] += origin[e];
        return sum;
    }

    static double[] Values(SafetensorsFile file, TensorInfo tensor)
    {
        var values = new double[tensor.Count];
        Elements.ToDouble(tensor.DType, file.Bytes(tensor), values);
        var odd = Array.FindIndex(values, v => !double.IsFinite(v));
        return odd < 0 ? values
            : throw new ProblemException(string.Create(CultureInfo.InvariantCulture, $"entry {odd} is {values[odd]}"), tensor.Place, "a median of values that are no numbers does not exist", "remove it");
    }
}
