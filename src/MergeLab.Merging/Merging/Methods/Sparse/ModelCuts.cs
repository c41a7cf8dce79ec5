using System.Numerics;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Statistics;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>Cuts of whole task vectors, so that tensors compete with one another for what is kept (Yadav et al., TIES, section 4).</summary>
public sealed class ModelCuts
{
    readonly ModelMagnitudes magnitudes;
    readonly (double Threshold, long LastTie)[] cuts;

    ModelCuts(ModelMagnitudes magnitudes, (double, long)[] cuts) => (this.magnitudes, this.cuts) = (magnitudes, cuts);

    /// <param name="magnitudes">The task vectors.</param>
    /// <param name="keep">For each row how many elements to keep, at least one.</param>
    /// <param name="allTies">Keep every element that equals the smallest kept one, as the published code does; else the first ones.</param>
    /// <param name="run">Threads and cancellation.</param>
    public static ModelCuts Find(ModelMagnitudes magnitudes, long[] keep, bool allTies, MergeRun run)
    {
        var found = OrderStatistics.Find(magnitudes, [.. keep.Select(k => new[] { k - 1 })], run);
        var cuts = new (double, long)[keep.Length];
        for (var row = 0; row < cuts.Length; row++)
        {
            var (value, above, equal) = found[row][0];
            var ties = keep[row] - above;
            cuts[row] = (value, allTies || ties == equal ? long.MaxValue : TieSearch.Find(magnitudes, row, value, ties, run));
        }
        return new ModelCuts(magnitudes, cuts);
    }

    /// <summary>The part of a cut that falls to one tensor.</summary>
    public MagnitudeCut<T> For<T>(TensorMerge tensor, TensorInput model) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (threshold, last) = cuts[magnitudes.Row(model)];
        var local = last == long.MaxValue ? last : Math.Clamp(last - magnitudes.Start(tensor), -1, tensor.Output.Count);
        var own = T.CreateTruncating(threshold);
        // A threshold between two floats: every float above it is kept, and none equals it.
        if (double.CreateTruncating(own) != threshold) return double.CreateTruncating(own) > threshold ? new MagnitudeCut<T>(T.BitDecrement(own), -1) : new MagnitudeCut<T>(own, -1);
        return new MagnitudeCut<T>(own, local);
    }
}
