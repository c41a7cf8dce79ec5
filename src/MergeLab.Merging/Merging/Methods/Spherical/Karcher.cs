using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Spherical;

/// <summary>
/// Karcher mean of the models' directions on the sphere, uniform weights, at the mean of their lengths (mergekit; Karcher 1977). The iterate is
/// Σ c_i·x_i and every product it takes comes from the inputs' Gram matrix, in double: exact to rounding also where 16-bit products of close
/// models would all be 1.
/// </summary>
public sealed class Karcher : CombinationRule, IMergeMethod
{
    public ITensorRule Begin(MergeRun run) => this;

    public override InputSpace Space => InputSpace.Weights;

    public override TensorInput? CopyOf(TensorMerge tensor) => tensor.Inputs.Count == 1 ? tensor.Inputs[0] : null;

    protected override void Choose(TensorMerge tensor, MergeRun run, ReadOnlySpan<double> gram, Span<double> coefficients)
    {
        var n = coefficients.Length;
        var tolerance = tensor.Settings.Number("tol");
        var lengths = new double[n];
        for (var i = 0; i < n; i++) lengths[i] = Math.Sqrt(gram[i * n + i]);
        var valid = Enumerable.Range(0, n).Where(i => lengths[i] > tolerance).ToArray();
        if (valid.Length == 0) return;
        // Gram matrix of directions.
        var cosines = new double[valid.Length, valid.Length];
        for (var i = 0; i < valid.Length; i++)
            for (var j = 0; j < valid.Length; j++) cosines[i, j] = gram[valid[i] * n + valid[j]] / (lengths[valid[i]] * lengths[valid[j]]);
        var mean = Mean(cosines, (int)tensor.Settings.Number("max_iter"), tolerance);
        var length = lengths.Sum() / n;
        for (var i = 0; i < valid.Length; i++) coefficients[valid[i]] = mean[i] * length / lengths[valid[i]];
    }

    static double[] Mean(double[,] cosines, int limit, double tolerance)
    {
        var n = cosines.GetLength(0);
        var point = new double[n];
        Array.Fill(point, 1.0 / n);
        if (Length(cosines, point) is var start && start < tolerance)
        {
            Array.Clear(point);
            point[0] = 1;
        }
        else Scale(point, 1 / start);
        for (var iteration = 0; iteration < limit; iteration++)
        {
            var tangent = Tangent(cosines, point, tolerance);
            var step = Length(cosines, tangent);
            if (step < tolerance) break;
            for (var i = 0; i < n; i++) point[i] = Math.Cos(step) * point[i] + Math.Sin(step) / step * tangent[i];
            if (Length(cosines, point) is var length && length > tolerance) Scale(point, 1 / length);
        }
        return point;
    }

    /// <summary>Mean of the logarithms of all directions at a point, as coefficients.</summary>
    static double[] Tangent(double[,] cosines, double[] point, double tolerance)
    {
        var n = point.Length;
        var tangent = new double[n];
        for (var i = 0; i < n; i++)
        {
            var cosine = 0.0;
            for (var j = 0; j < n; j++) cosine += cosines[i, j] * point[j];
            cosine = Math.Clamp(cosine, -1, 1);
            var angle = Math.Acos(cosine);
            if (angle < tolerance) continue;
            var share = angle / Math.Sin(angle) / n;
            tangent[i] += share;
            for (var j = 0; j < n; j++) tangent[j] -= share * cosine * point[j];
        }
        return tangent;
    }

    static double Length(double[,] cosines, double[] vector)
    {
        var square = 0.0;
        for (var i = 0; i < vector.Length; i++)
            for (var j = 0; j < vector.Length; j++) square += vector[i] * vector[j] * cosines[i, j];
        return Math.Sqrt(Math.Max(square, 0));
    }

    static void Scale(double[] vector, double factor)
    {
        for (var i = 0; i < vector.Length; i++) vector[i] *= factor;
    }
}
