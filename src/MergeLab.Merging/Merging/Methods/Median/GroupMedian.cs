using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Median;

namespace MergeLab.Merging.Methods.Median;

/// <summary>The geometric median of the task vectors of some tensors, taken as one vector a model.</summary>
public static class GroupMedian
{
    /// <param name="tensors">At least one, all of the same models.</param>
    /// <param name="run">Threads, cancellation, and whether the published iteration is asked for.</param>
    /// <exception cref="ProblemException">Weights that differ within the group, or are all 0; an input with NaN or infinity.</exception>
    public static MedianSolution Of(IReadOnlyList<TensorMerge> tensors, MergeRun run)
    {
        var weights = Weights(tensors, run);
        var changed = tensors.Where(t => t.Models.Any(m => !m.Unchanged)).ToArray();
        var (origin, unit) = TaskVectorSample.Look(changed, weights);
        var gram = Sum(changed, run, origin, unit, weights.Length);
        // A sample may miss the largest elements of a float64 tensor, whose squares leave the range.
        if (changed.Any(t => t.InDouble) && !InRange(gram) && TaskVectorSample.Unit(changed, run) is var exact && exact != unit)
            gram = Sum(changed, run, origin, unit = exact, weights.Length);
        var coordinates = CoordinatesFromGram.Of(gram, weights);
        coordinates = coordinates with { Unit = coordinates.Unit * unit };
        return run.Compat == "paper" ? Published(tensors[0].Settings, coordinates, weights) : GeometricMedian.Solve(coordinates, weights);
    }

    static double[] Weights(IReadOnlyList<TensorMerge> tensors, MergeRun run)
    {
        var weights = tensors[0].Models.Select(m => m.Settings.Number("weight")).ToArray();
        foreach (var tensor in tensors)
            for (var i = 0; i < weights.Length; i++)
            {
                if (tensor.Models[i].Settings.Number("weight") == weights[i]) continue;
                throw new ProblemException($"the weight of {run.Models[tensor.Models[i].Model]} differs between {tensors[0].Output.Name} and {tensor.Output.Name}",
                    why: "they are parts of one point, which has one weight", remedy: "give one number, or granularity: matrix");
            }
        if (weights.All(w => w == 0)) throw new ProblemException($"all weights of {tensors[0].Output.Name} are 0", remedy: "give at least one model a weight above 0");
        return weights;
    }

    static double[,] Sum(TensorMerge[] tensors, MergeRun run, int origin, double unit, int n)
    {
        var sum = new double[n, n];
        foreach (var tensor in tensors)
        {
            var gram = TaskVectorGram.Of(tensor, run, origin, unit);
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++) sum[i, j] += gram[i, j];
        }
        return sum;
    }

    static bool InRange(double[,] gram)
    {
        var largest = 0.0;
        for (var i = 0; i < gram.GetLength(0); i++) largest = Math.Max(largest, gram[i, i]);
        return double.IsFinite(largest) && largest > 1e-200;
    }

    /// <summary>The published iteration sees only distances, so coordinates do; its thresholds are absolute, so they must be in the input's units.</summary>
    static MedianSolution Published(MethodSettings settings, MedianCoordinates coordinates, double[] weights) =>
        new PaperWeiszfeld(settings.Number("epsilon"), (int)settings.Number("max_iterations"))
            .Run([.. coordinates.Points.Select(p => p.Select(v => v * coordinates.Unit).ToArray())], weights).Solution;
}
