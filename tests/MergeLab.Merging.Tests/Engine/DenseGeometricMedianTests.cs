using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Median;
using MergeLab.Merging.Methods.Median;
using MergeLab.Merging.Tests.Merging;

namespace MergeLab.Merging.Tests.Engine;

/// <summary>The median of full fine-tunes from Gram matrices, against solutions to 100 digits; tolerances are those of the goldens' table for float64.</summary>
public class DenseGeometricMedianTests
{
    public static TheoryData<string> Ids => [.. MedianGolden.Ids];

    static (double Coefficients, double Objective) Tolerance(string id) => id switch
    {
        // Any point of a wide valley minimises these to the last digits of float64.
        "rough-line-even" => (double.PositiveInfinity, 2e-15),
        "near-duplicates-f32" or "near-duplicates-majority" => (3e-2, 5e-11),
        "outlier-1e3" => (4e-10, 2e-15),
        "outlier-first-of-three" => (2e-10, 2e-15),
        "outlier-1e6" => (8e-6, 2e-15),
        _ => (1e-12, 2e-15),
    };

    [Theory]
    [MemberData(nameof(Ids))]
    public void Equals_the_solution_to_a_hundred_digits(string id)
    {
        var golden = MedianGolden.Open(id);
        var tensor = Tensor(golden, 0, golden.Points[0].Length);
        var solution = GroupMedian.Of([tensor], Merges.Run(2, tensor));
        Check(golden, solution);
    }

    [Theory]
    [InlineData("task-vectors-20")]
    [InlineData("gauss-weighted")]
    [InlineData("outlier-1e3")]
    public void Tensors_of_a_group_are_one_vector(string id)
    {
        var golden = MedianGolden.Open(id);
        var d = golden.Points[0].Length;
        TensorMerge[] parts = [Tensor(golden, 0, d / 3), Tensor(golden, d / 3, d - 1), Tensor(golden, d - 1, d)];
        Check(golden, GroupMedian.Of(parts, Merges.Run(2, parts)));
    }

    static void Check(MedianGolden golden, MedianSolution solution)
    {
        var (coefficients, objective) = Tolerance(golden.Id);
        Assert.Equal(1, solution.Coefficients.Sum(), 1e-14);
        Assert.True(Math.Abs(solution.Objective - golden.Objective) <= objective * golden.Objective, $"objective off by {solution.Objective / golden.Objective - 1:E2}");
        if (golden.Segment is not null || double.IsInfinity(coefficients)) return;
        if (golden.Solution == "vertex") Assert.Equal(golden.VertexIndices, solution.Indices);
        var largest = solution.Coefficients.Zip(golden.Coefficients, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(largest <= coefficients, $"coefficients off by {largest:E2}");
    }

    [Fact]
    public void The_merged_weights_are_the_median_itself()
    {
        var golden = MedianGolden.Open("gauss-25-31-f64");
        var tensor = Tensor(golden, 0, golden.Points[0].Length);
        var merged = Merges.Values(DType.F64, Merges.Carry(new DenseGeometricMedian(), Merges.Run(2, tensor))["t0"]);
        for (var e = 0; e < merged.Length; e++) Assert.Equal(golden.Median[e], merged[e], 1e-13 * golden.Radius);
    }

    [Fact]
    public void Weights_that_differ_within_a_group_are_refused()
    {
        var golden = MedianGolden.Open("gauss-5-3");
        var parts = new[] { Tensor(golden, 0, 1), Tensor(golden, 1, 3, weight: 2) };
        var problem = Assert.Throws<ProblemException>(() => GroupMedian.Of(parts, Merges.Run(1, parts))).Problem;
        Assert.Contains("differs between t0 and t1", problem.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DType.BF16)]
    [InlineData(DType.F64)]
    public void A_gram_matrix_equals_plain_sums_and_does_not_depend_on_threads(DType type)
    {
        const int Count = 600_011;
        var spec = new TensorSpec("t", type, [Count]);
        var readers = Enumerable.Range(0, 7).Select(m =>
        {
            var random = new Random(m);
            // A large common part: its square would swallow the differences.
            return new MemoryTensor(spec, [.. Enumerable.Range(0, Count).Select(_ => (m > 0 ? 3 : 0) + (random.NextDouble() - 0.5) * 0.1)]);
        }).ToArray();
        var tensor = Merges.Tensor("t", readers);
        var gram = TaskVectorGram.Of(tensor, Merges.Run(1, tensor), origin: 2);
        Assert.Equal(gram, TaskVectorGram.Of(tensor, Merges.Run(3, tensor), origin: 2));
        var values = readers.Skip(1).Select(r => r.Values).ToArray();
        for (var i = 0; i < 6; i++)
            for (var j = 0; j < 6; j++)
            {
                var sum = 0.0;
                for (var e = 0; e < Count; e++) sum += (values[i][e] - values[2][e]) * (values[j][e] - values[2][e]);
                Assert.Equal(sum, gram[i, j], 1e-11 * gram[0, 0]);
            }
    }

    /// <summary>Task vectors against a base of zeros: some elements of the points.</summary>
    static TensorMerge Tensor(MedianGolden golden, int from, int end, double weight = double.NaN)
    {
        var type = golden.DType is "f64" or "float64" or "F64" ? DType.F64 : DType.F32;
        var spec = new TensorSpec("t", type, [end - from]);
        var readers = golden.Points.Select(p => new MemoryTensor(spec, p[from..end])).Prepend(new MemoryTensor(spec, new double[end - from])).ToArray();
        return Merges.Tensor(from == 0 ? "t0" : $"t{from}", readers, output: DType.F64, perModel: [.. golden.Weights.Select(w => Merges.Weight(double.IsNaN(weight) ? w : weight))]);
    }
}
