using MergeLab.Checkpoints.Adapters;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Median;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Vectors;

/// <summary>
/// Merges IA3 adapters in adapter space: l = 1 + Σ c_i·(l_i − 1), which for coefficients is the exact merge of the weights W ⊙ l_i. The
/// points of a geometric median are the vectors.
/// </summary>
public static class Ia3Merge
{
    /// <summary>The same coefficients for every vector: 1/n, or those of task arithmetic.</summary>
    public static IReadOnlyList<MergeGroup> Sum(IReadOnlyList<Ia3Vector> vectors, IReadOnlyList<double> coefficients) =>
        [new MergeGroup("model", [.. Enumerable.Range(0, vectors.Count)], [.. coefficients], null)];

    /// <summary>The geometric median of the vectors, of all vectors of a module, or of all vectors of the model.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="granularity">What one point is.</param>
    /// <param name="weights">Of the models, at least one above 0.</param>
    /// <param name="paper">The published iteration in place of the exact median; null for the exact one.</param>
    public static IReadOnlyList<MergeGroup> Median(IReadOnlyList<Ia3Vector> vectors, Granularity granularity, double[] weights, PaperWeiszfeld? paper)
    {
        var all = Enumerable.Range(0, vectors.Count);
        var groups = granularity switch
        {
            Granularity.Model => [("model", (IReadOnlyList<int>)[.. all])],
            Granularity.Module => all.GroupBy(v => vectors[v].Parent).Select(g => (g.Key, (IReadOnlyList<int>)[.. g])),
            _ => all.Select(v => (vectors[v].Path, (IReadOnlyList<int>)[v])),
        };
        return
        [
            .. groups.Select(group =>
            {
                var changes = group.Item2.Select(v => vectors[v].Changes()).ToList();
                var points = weights.Select((_, i) => changes.SelectMany(c => c[i]).ToArray()).ToArray();
                var median = paper is null ? GeometricMedian.Solve(CoordinatesFromPoints.Of(points, weights), weights) : paper.Run(points, weights).Solution;
                return new MergeGroup(group.Item1, group.Item2, median.Coefficients, median);
            }),
        ];
    }

    /// <summary>The merged vector l.</summary>
    public static float[] Merged(Ia3Vector vector, IReadOnlyList<double> coefficients)
    {
        var merged = new double[vector.Length];
        var changes = vector.Changes();
        for (var i = 0; i < changes.Length; i++)
            for (var e = 0; e < merged.Length; e++) merged[e] += coefficients[i] * changes[i][e];
        return Array.ConvertAll(merged, v => (float)(1 + v));
    }

    /// <summary>
    /// What PEFT's <c>add_weighted_adapter</c> makes of IA3: Σ w_i·l_i over the adapters that have the module. Weights that do not add up
    /// to one do not keep the identity, and a module that an adapter lacks shrinks.
    /// </summary>
    public static float[] PeftSum(Ia3Vector vector, IReadOnlyList<double> weights)
    {
        var sum = new double[vector.Length];
        for (var i = 0; i < vector.Parts.Count; i++)
            for (var e = 0; vector.Parts[i] is { } part && e < sum.Length; e++) sum[e] += weights[i] * part[e];
        return Array.ConvertAll(sum, v => (float)v);
    }

    /// <summary>Writes merged vectors as one IA3 adapter.</summary>
    /// <param name="target">The folder to appear.</param>
    /// <param name="vectors">The vectors.</param>
    /// <param name="merged">The values of one of them, by its index.</param>
    /// <param name="options">Base model, type and files.</param>
    public static void Write(string target, IReadOnlyList<Ia3Vector> vectors, Func<int, float[]> merged, Ia3AdapterOptions options)
    {
        var index = vectors.Select((v, i) => (v.Path, i)).ToDictionary(p => p.Path, p => p.i, StringComparer.Ordinal);
        Ia3AdapterWriter.Write(target, [.. vectors.Select(v => new Ia3Shape(v.Path, v.FeedForward, v.Shape))], shape => merged(index[shape.Module]), options);
    }

    /// <summary>Coefficients as values of a vector by its index, for <see cref="Write"/>.</summary>
    public static Func<int, float[]> Values(IReadOnlyList<Ia3Vector> vectors, IReadOnlyList<MergeGroup> groups)
    {
        var coefficients = new double[vectors.Count][];
        foreach (var group in groups)
            foreach (var v in group.Matrices) coefficients[v] = group.Coefficients;
        return v => Merged(vectors[v], coefficients[v]);
    }
}
