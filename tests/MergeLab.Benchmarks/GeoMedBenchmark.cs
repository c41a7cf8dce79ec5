using System.Diagnostics;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Median;

namespace MergeLab.Benchmarks;

/// <summary>
/// The geometric median of 20 LoRA adapters of rank 16 on one 2048×2048 matrix: from factors alone, beside the published iteration over dense
/// task vectors in libtorch. Both in float64, both on one thread.
/// </summary>
sealed class GeoMedBenchmark : IBenchmark
{
    const int Models = 20;
    const int Rank = 16;
    const int Size = 2048;
    const int PlainSteps = 300;

    public string Name => "geomed";

    public IEnumerable<Figure> Run()
    {
        var vectors = Enumerable.Range(0, Models).Select(Adapter).ToArray();
        var weights = Enumerable.Repeat(1.0, Models).ToArray();

        MedianSolution? median = null;
        var toCoefficients = Best(5, () => median = Solve(vectors, weights));
        float[]? merged = null;
        var withWeights = Best(5, () => merged = Materialise(vectors, Solve(vectors, weights)));
        var (plain, plainSeconds, result) = PlainInLibtorch(vectors);

        var error = median!.Coefficients.Zip(plain, (a, b) => Math.Abs(a - b)).Max();
        var relative = RelativeDistance(merged!, result);
        yield return new Figure("Gram path to the coefficients", toCoefficients * 1e3, "ms");
        yield return new Figure("Gram path with the merged matrix", withWeights * 1e3, "ms");
        yield return new Figure($"plain iteration in libtorch, {PlainSteps} steps", plainSeconds, "s");
        yield return new Figure("faster to the coefficients", plainSeconds / toCoefficients, "×", "≥ 500", plainSeconds / toCoefficients >= 500);
        yield return new Figure("faster with the merged matrix", plainSeconds / withWeights, "×", "≥ 100", plainSeconds / withWeights >= 100);
        yield return new Figure("largest difference of coefficients", error, "", "≤ 1e-8", error <= 1e-8);
        yield return new Figure("relative difference of the merged matrix (float32 against float64)", relative, "", "≤ 1e-6", relative <= 1e-6);
    }

    /// <summary>Factors of different lengths, so that the coefficients differ clearly from the average's.</summary>
    static LowRankFactors Adapter(int model)
    {
        var random = new Random(model + 1);
        double Draw() => (float)((random.NextDouble() - 0.5) * (1 + model % 5) * 0.02);
        return new LowRankFactors([.. Enumerable.Range(0, Rank * Size).Select(_ => Draw())], [.. Enumerable.Range(0, Rank * Size).Select(_ => Draw())], Rank, 2);
    }

    static MedianSolution Solve(LowRankFactors[] vectors, double[] weights) =>
        GeometricMedian.Solve(CoordinatesFromGram.Of(LowRankGram.Of(vectors, Size, Size, threads: 1), weights), weights);

    static float[] Materialise(LowRankFactors[] vectors, MedianSolution median)
    {
        const int rank = Models * Rank;
        var right = new float[rank * Size];
        var left = new float[Size * rank];
        for (var i = 0; i < Models; i++)
            for (var k = 0; k < Rank; k++)
                for (var e = 0; e < Size; e++)
                {
                    right[(i * Rank + k) * Size + e] = (float)vectors[i].A[k * Size + e];
                    left[e * rank + i * Rank + k] = (float)(median.Coefficients[i] * vectors[i].Scale * vectors[i].TransposedB[k * Size + e]);
                }
        var merged = new float[Size * Size];
        new LowRankUpdate(left, right, rank, 1).Apply(0, merged);
        return merged;
    }

    static (double[] Coefficients, double Seconds, float[] Median) PlainInLibtorch(LowRankFactors[] vectors)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        var points = stack(vectors.Select(v => tensor(v.TransposedB, [Rank, Size]).t().matmul(tensor(v.A, [Rank, Size])).mul(v.Scale).reshape(-1)));
        var clock = Stopwatch.StartNew();
        var median = points.mean([0]);
        var shares = ones([Models], ScalarType.Float64);
        for (var step = 0; step < PlainSteps; step++)
        {
            using var inner = NewDisposeScope();
            var distances = (points - median).square().sum([1]).sqrt().clamp(min: 1e-10);
            shares = distances.reciprocal();
            var next = (points * shares.unsqueeze(1)).sum([0]) / shares.sum();
            (median, shares) = (next.MoveToOuterDisposeScope(), shares.MoveToOuterDisposeScope());
        }
        var coefficients = (shares / shares.sum()).data<double>().ToArray();
        clock.Stop();
        return (coefficients, clock.Elapsed.TotalSeconds, median.to(ScalarType.Float32).data<float>().ToArray());
    }

    static double Best(int runs, Action work)
    {
        var best = double.PositiveInfinity;
        for (var run = 0; run < runs; run++)
        {
            var clock = Stopwatch.StartNew();
            work();
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }
        return best;
    }

    static double RelativeDistance(float[] a, float[] b)
    {
        var (difference, norm) = (0.0, 0.0);
        for (var e = 0; e < a.Length; e++)
        {
            difference += ((double)a[e] - b[e]) * ((double)a[e] - b[e]);
            norm += (double)b[e] * b[e];
        }
        return Math.Sqrt(difference / norm);
    }
}
