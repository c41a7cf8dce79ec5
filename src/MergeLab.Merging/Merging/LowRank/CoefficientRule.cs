using MergeLab.Merging.Median;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// Chooses the coefficients of each group of matrices. The methods differ in this alone: what they choose is a table of n numbers a group,
/// and the merged model follows from it.
/// </summary>
public static class CoefficientRule
{
    /// <param name="recipe">Method, granularity, weights.</param>
    /// <param name="matrices">All adapted matrices.</param>
    /// <param name="threads">Worker threads; the result does not depend on them.</param>
    /// <param name="cancellation">Stops between matrices.</param>
    public static IReadOnlyList<MergeGroup> Choose(Recipe recipe, IReadOnlyList<AdaptedMatrix> matrices, int threads, CancellationToken cancellation)
    {
        var groups = Groups(recipe, matrices);
        if (recipe.Method == MethodTable.Average)
        {
            var equal = Enumerable.Repeat(1.0 / recipe.Models.Count, recipe.Models.Count).ToArray();
            return [.. groups.Select(g => new MergeGroup(g.Name, g.Matrices, equal, null))];
        }

        var grams = Grams(recipe, matrices, threads, cancellation);
        var weights = recipe.Models.Select(m => m.Weight).ToArray();
        return
        [
            .. groups.Select(group =>
            {
                var coordinates = CoordinatesFromGram.Of(Sum(group.Matrices.Select(m => grams[m])), weights);
                var median = recipe.Paper is { } paper ? Published(paper, coordinates, weights) : GeometricMedian.Solve(coordinates, weights);
                return new MergeGroup(group.Name, group.Matrices, median.Coefficients, median);
            }),
        ];
    }

    /// <summary>The published iteration sees only distances, so coordinates do; its thresholds are absolute, so they must be in the input's units.</summary>
    static MedianSolution Published(PaperWeiszfeld paper, MedianCoordinates coordinates, double[] weights) =>
        paper.Run([.. coordinates.Points.Select(p => p.Select(v => v * coordinates.Unit).ToArray())], weights).Solution;

    static List<(string Name, IReadOnlyList<int> Matrices)> Groups(Recipe recipe, IReadOnlyList<AdaptedMatrix> matrices)
    {
        var all = Enumerable.Range(0, matrices.Count);
        return recipe.Granularity switch
        {
            Granularity.Model => [("model", [.. all])],
            Granularity.Module => [.. all.GroupBy(m => matrices[m].Parent).Select(g => (g.Key, (IReadOnlyList<int>)[.. g]))],
            _ => [.. all.Select(m => (matrices[m].Tensor.Name, (IReadOnlyList<int>)[m]))],
        };
    }

    static double[][,] Grams(Recipe recipe, IReadOnlyList<AdaptedMatrix> matrices, int threads, CancellationToken cancellation)
    {
        var grams = new double[matrices.Count][,];
        // Many matrices: one a thread. Few: all threads on each.
        var (outer, inner) = matrices.Count >= threads ? (threads, 1) : (1, threads);
        Parallel.For(0, matrices.Count, new ParallelOptions { MaxDegreeOfParallelism = outer, CancellationToken = cancellation }, m =>
        {
            var matrix = matrices[m];
            var scales = matrix.Parts.Select(p => p is null || !recipe.PeftScale ? 1 : p.Scale).ToArray();
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
