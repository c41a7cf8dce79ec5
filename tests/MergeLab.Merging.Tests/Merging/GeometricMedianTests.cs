using MergeLab.Checkpoints;
using MergeLab.Merging.Median;

namespace MergeLab.Merging.Tests.Merging;

/// <summary>
/// The exact median against solutions to 100 digits. Tolerances are those of the goldens' table, in units of the radius; only where a class
/// has a wider one is it named here.
/// </summary>
public class GeometricMedianTests
{
    public static TheoryData<string> Ids => [.. MedianGolden.Ids];

    /// <summary>What the stored problem itself allows, by class; the rest is asked for 1e-12.</summary>
    static (double Coefficients, double Median, double Objective) Tolerance(MedianGolden golden) => golden.Id switch
    {
        // Collinear up to rounding with an even count: every point between the middle two is a minimiser up to 1e-15 of the objective.
        "rough-line-even" => (double.PositiveInfinity, double.PositiveInfinity, 2e-15),
        // The optimum lies inside a cluster of 1e-7: coefficients move freely between its members.
        "near-duplicates-f32" or "near-duplicates-majority" => (3e-2, 3e-9, 5e-11),
        "outlier-1e3" => (4e-10, 1e-12, 2e-15),
        "outlier-first-of-three" => (2e-10, 1e-12, 2e-15),
        "outlier-1e6" => (8e-6, 6e-12, 2e-15),
        // A median stored as float64 cannot be nearer than half a unit in the last place of its entries.
        "offset-1e4-f32" or "offset-1e8-f64" or "offset-1e4-small-f32" => (1e-12, 1e-12 + LastPlace(golden), 2e-15),
        // The objective is a float64 sum of n rounded distances; 2e-15 is 9 units in its last place.
        _ => (1e-12, 1e-12, 2e-15),
    };

    [Theory]
    [MemberData(nameof(Ids))]
    public void Equals_the_solution_to_a_hundred_digits(string id)
    {
        var golden = MedianGolden.Open(id);
        var solution = GeometricMedian.Solve(CoordinatesFromPoints.Of(golden.Points, golden.Weights), golden.Weights);
        var (coefficients, median, objective) = Tolerance(golden);

        Assert.True(solution.Converged);
        Assert.Equal(1, solution.Coefficients.Sum(), 1e-14);
        Assert.True(Math.Abs(solution.Objective - golden.Objective) <= objective * golden.Objective, $"objective off by {solution.Objective / golden.Objective - 1:E2}");
        if (double.IsFinite(coefficients)) Assert.Equal(golden.Solution, solution.Kind.ToString().ToLowerInvariant());
        var combined = MedianOf(golden, solution);
        var error = golden.Segment is { } ends ? DistanceToSegment(combined, ends[0], ends[1]) : Distance(combined, golden.Median);
        Assert.True(error <= median * golden.Radius, $"median off by {error / golden.Radius:E2} radii");
        if (golden.Segment is not null) return;
        if (golden.Solution == "vertex") Assert.Equal(golden.VertexIndices, solution.Indices);
        var largest = solution.Coefficients.Zip(golden.Coefficients, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(largest <= coefficients, $"coefficients off by {largest:E2}");
    }

    static double LastPlace(MedianGolden golden) => Math.Sqrt(golden.Median.Length) * Math.BitIncrement(golden.Median.Max(Math.Abs)) * Math.Pow(2, -52) / golden.Radius;

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_papers_iteration_equals_its_recorded_result(string id)
    {
        var golden = MedianGolden.Open(id);
        var (solution, median) = new PaperWeiszfeld().Run(golden.Points, golden.Weights);
        var scale = golden.Points.Max(p => p.Max(Math.Abs));
        // One step more or less where the last step is close to the threshold: then the results are within that threshold.
        if (golden.Plain.Any(double.IsNaN))
        {
            // Squares overflow and every share is 0: the authors' code then leaves the loop and returns the mean.
            Assert.Equal(Enumerable.Repeat(1.0 / golden.Points.Length, golden.Points.Length), solution.Coefficients);
            return;
        }
        var same = solution.Iterations == golden.PlainIterations;
        Assert.InRange(solution.Iterations, golden.PlainIterations - 1, golden.PlainIterations + 1);
        for (var e = 0; e < median.Length; e++) Assert.Equal(golden.Plain[e], median[e], same ? 1e-12 * scale : Math.Max(1e-8, 1e-12 * scale));
    }

    public static TheoryData<string> Traced => [.. Directory.GetFiles(Repository.Golden("median", "traces")).Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [Theory]
    [MemberData(nameof(Traced))]
    public void Every_recorded_step_of_the_papers_iteration_is_met(string id)
    {
        var golden = MedianGolden.Open(id);
        using var trace = SafetensorsFile.Open(Repository.Golden("median", "traces", id + ".safetensors"));
        var iterates = MedianGolden.Matrix(trace, "iterates");
        var coefficients = MedianGolden.Matrix(trace, "coefficients");
        var scale = golden.Points.Max(p => p.Max(Math.Abs));
        for (var step = 1; step < iterates.Length; step++)
        {
            var (solution, median) = new PaperWeiszfeld(Epsilon: 0, MaxIterations: step).Run(golden.Points, golden.Weights);
            for (var e = 0; e < median.Length; e++) Assert.Equal(iterates[step][e], median[e], 1e-12 * scale);
            for (var i = 0; i < golden.Points.Length; i++) Assert.Equal(coefficients[step][i], solution.Coefficients[i], 1e-9);
        }
    }

    [Fact]
    public void A_gram_matrix_gives_the_same_median_as_the_points()
    {
        var golden = MedianGolden.Open("task-vectors-20");
        var n = golden.Points.Length;
        var gram = new double[n, n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++) gram[i, j] = golden.Points[i].Zip(golden.Points[j], (a, b) => a * b).Sum();
        var solution = GeometricMedian.Solve(CoordinatesFromGram.Of(gram, golden.Weights), golden.Weights);
        for (var i = 0; i < n; i++) Assert.Equal(golden.Coefficients[i], solution.Coefficients[i], 1e-12);
    }

    [Fact]
    public void Points_of_weight_zero_do_not_exist()
    {
        double[][] points = [[0, 0], [5, 9], [1, 0], [4, 0]];
        double[] weights = [1, 0, 1, 1];
        var solution = GeometricMedian.Solve(CoordinatesFromPoints.Of(points, weights), weights);
        Assert.Equal(MedianKind.Vertex, solution.Kind);
        Assert.Equal([2], solution.Indices);
    }

    static double[] MedianOf(MedianGolden golden, MedianSolution solution)
    {
        // Relative to the point with the largest share, so that a common offset is rounded once.
        var origin = golden.Points[Array.IndexOf(solution.Coefficients, solution.Coefficients.Max())];
        var median = new double[origin.Length];
        for (var i = 0; i < golden.Points.Length; i++)
        {
            if (solution.Coefficients[i] == 0) continue;
            for (var e = 0; e < median.Length; e++) median[e] += solution.Coefficients[i] * (golden.Points[i][e] - origin[e]);
        }
        for (var e = 0; e < median.Length; e++) median[e] += origin[e];
        return median;
    }

    static double Distance(double[] a, double[] b)
    {
        var scale = a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
        return scale == 0 ? 0 : scale * Math.Sqrt(a.Zip(b, (x, y) => (x - y) / scale * ((x - y) / scale)).Sum());
    }

    static double DistanceToSegment(double[] point, double[] from, double[] to)
    {
        var length = Distance(from, to);
        var along = point.Select((v, e) => (v - from[e]) / length * ((to[e] - from[e]) / length)).Sum();
        var nearest = from.Select((v, e) => v + Math.Clamp(along, 0, 1) * (to[e] - v)).ToArray();
        return Distance(point, nearest);
    }
}
