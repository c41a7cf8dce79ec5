using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Elementwise;
using MergeLab.Merging.Methods.Rounding;

namespace MergeLab.Merging.Methods.Median;

/// <summary>
/// The geometric median of task vectors of any origin (GeoMed): one pass for the Gram matrices, which alone decide the coefficients, and one
/// for Σ c_i·τ_i. A point is the task vector of one tensor, of the tensors of one module, or of the whole model, one behind the other.
/// </summary>
public sealed class DenseGeometricMedian : IMergeMethod
{
    public ITensorRule Begin(MergeRun run)
    {
        var words = run.Tensors.Where(t => t.Settings.Has("granularity")).Select(t => t.Settings.Word("granularity")).Distinct().ToList();
        if (words.Count > 1)
            throw new ProblemException("'granularity' differs between tensors", why: "a median is of points that are made alike", remedy: "give one word for the whole merge");
        var merged = run.Tensors.Where(t => t.Output.DType.IsFloat() && t.CopyOf is null);
        var groups = words is ["model"] ? [[.. merged]] : words is ["module"] ? merged.GroupBy(t => Module(t.Output.Name)).Select(g => g.ToArray()) : [];
        var coefficients = new Dictionary<TensorMerge, double[]>();
        foreach (var group in groups.Where(g => g.Length > 0))
        {
            var median = GroupMedian.Of(group, run);
            foreach (var tensor in group) coefficients.Add(tensor, median.Coefficients);
        }
        return new Rule(coefficients);
    }

    /// <summary>The path of a tensor's module without its last part: q and v of one attention share it.</summary>
    static string Module(string tensor)
    {
        var parts = tensor.Split('.');
        return string.Join('.', parts[..Math.Max(0, parts.Length - 2)]);
    }

    sealed class Rule(Dictionary<TensorMerge, double[]> coefficients) : ITensorRule
    {
        public InputSpace Space => InputSpace.TaskVectors;

        public ElementKernel<T> Prepare<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            var own = coefficients.TryGetValue(tensor, out var shared) ? shared : GroupMedian.Of([tensor], run).Coefficients;
            return new WeightedSum<T>([.. own.Select(T.CreateChecked)], T.One, T.One).Make<Unrounded<T>>();
        }
    }
}
