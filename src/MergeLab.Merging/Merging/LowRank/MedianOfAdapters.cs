using MergeLab.Merging.Engine;
using MergeLab.Merging.Median;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// The geometric median of LoRA task vectors (GeoMed): coefficients from n × n Gram matrices of factors, nothing dense. Coefficients are found
/// once, when the first matrix is asked for.
/// </summary>
public sealed class MedianOfAdapters : ILowRankMethod
{
    public IFactorMerge Begin(LowRankRun run) => new CoefficientMerge([.. run.Matrices.Select(m => m.Matrix)], () => Choose(run), run.PeftScale);

    static IReadOnlyList<MergeGroup> Choose(LowRankRun run)
    {
        var grams = Grams(run);
        return
        [
            .. Groups(run).Select(group =>
            {
                var weights = run.Matrices[group.Matrices[0]].Models.Select(m => m.Number("weight")).ToArray();
                var coordinates = CoordinatesFromGram.Of(Sum(group.Matrices.Select(m => grams[m])), weights);
                var median = run.Compat == "paper" ? Published(run.Matrices[group.Matrices[0]].Settings, coordinates, weights) : GeometricMedian.Solve(coordinates, weights);
                return new MergeGroup(group.Name, group.Matrices, median.Coefficients, median);
            }),
        ];
    }

    /// <summary>The published iteration sees only distances, so coordinates do; its thresholds are absolute, so they must be in the input's units.</summary>
    static MedianSolution Published(MethodSettings settings, MedianCoordinates coordinates, double[] weights) =>
        new PaperWeiszfeld(settings.Number("epsilon"), (int)settings.Number("max_iterations"))
            .Run([.. coordinates.Points.Select(p => p.Select(v => v * coordinates.Unit).ToArray())], weights).Solution;

    static List<(string Name, IReadOnlyList<int> Matrices)> Groups(LowRankRun run)
    {
        var all = Enumerable.Range(0, run.Matrices.Count);
        return Enum.Parse<Granularity>(run.Matrices[0].Settings.Word("granularity"), ignoreCase: true) switch
        {
            Granularity.Model => [("model", [.. all])],
            Granularity.Module => [.. all.GroupBy(m => run.Matrices[m].Matrix.Parent).Select(g => (g.Key, (IReadOnlyList<int>)[.. g]))],
            _ => [.. all.Select(m => (run.Matrices[m].Matrix.Tensor.Name, (IReadOnlyList<int>)[m]))],
        };
    }

    static double[][,] Grams(LowRankRun run)
    {
        var grams = new double[run.Matrices.Count][,];
        // Many matrices: one a thread. Few: all threads on each.
        var (outer, inner) = grams.Length >= run.Threads ? (run.Threads, 1) : (1, run.Threads);
        Parallel.For(0, grams.Length, new ParallelOptions { MaxDegreeOfParallelism = outer, CancellationToken = run.Cancellation }, m =>
        {
            var matrix = run.Matrices[m].Matrix;
            var scales = matrix.Parts.Select(p => p is null ? 1 : run.Scale(p)).ToArray();
            grams[m] = LowRankGram.Of(matrix.Factors(scales), (int)matrix.Sample.Outputs, (int)matrix.Sample.Inputs, inner);
        });
        return grams;
    }

    static double[,] Sum(IEnumerable<double[,]> grams)
    {
        double[,]? sum = null;
        foreach (var gram in grams)
        {
            sum ??= new double[gram.GetLength(0), gram.GetLength(1)];
            for (var i = 0; i < gram.GetLength(0); i++)
                for (var j = 0; j < gram.GetLength(1); j++) sum[i, j] += gram[i, j];
        }
        return sum!;
    }
}
