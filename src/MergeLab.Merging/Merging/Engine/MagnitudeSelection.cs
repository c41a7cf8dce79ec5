using System.Numerics;
using MergeLab.Checkpoints;

namespace MergeLab.Merging.Engine;

/// <summary>Finds cuts by exact selection, in one or two streaming passes and memory that does not grow with the model.</summary>
public static class MagnitudeSelection
{
    /// <summary>One cut per row, per tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="space">What the rows hold.</param>
    /// <param name="run">Threads and cancellation.</param>
    /// <param name="keep">For each row, how many elements to keep, between 0 and all.</param>
    /// <exception cref="Core.Errors.ProblemException">An input holds NaN or infinity.</exception>
    public static MagnitudeCut<T>[] Largest<T>(TensorMerge tensor, InputSpace space, MergeRun run, IReadOnlyList<long> keep) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. new RowSelection<T>(new SelectionData<T>([tensor], space), run).Run(keep).Select(c => new MagnitudeCut<T>(c.Threshold, c.LastTie))];

    /// <summary>
    /// One cut per row over all float tensors of the run, as if each model were one vector: tensors in the order of their names (ordinal), elements
    /// of a tensor by index. All tensors must have the same number of rows.
    /// </summary>
    /// <param name="run">The whole merge.</param>
    /// <param name="space">What the rows hold.</param>
    /// <param name="keep">For each row, how many of the <see cref="CountOfModel"/> elements to keep.</param>
    /// <exception cref="Core.Errors.ProblemException">An input holds NaN or infinity.</exception>
    public static ModelCut[] LargestOfModel(MergeRun run, InputSpace space, IReadOnlyList<long> keep)
    {
        var tensors = Tensors(run);
        if (tensors.Length == 0) return [.. keep.Select(_ => new ModelCut(0, null, long.MaxValue))];
        return Array.Exists(tensors, t => t.InDouble) ? Largest<double>(tensors, space, run, keep) : Largest<float>(tensors, space, run, keep);
    }

    /// <summary>Elements of a model's vector: those of all float tensors.</summary>
    public static long CountOfModel(MergeRun run) => Tensors(run).Sum(t => t.Output.Count);

    static TensorMerge[] Tensors(MergeRun run) => [.. run.Tensors.Where(t => t.Output.DType.IsFloat()).OrderBy(t => t.Output.Name, StringComparer.Ordinal)];

    static ModelCut[] Largest<T>(TensorMerge[] tensors, InputSpace space, MergeRun run, IReadOnlyList<long> keep) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        .. new RowSelection<T>(new SelectionData<T>(tensors, space), run).Run(keep)
            .Select(c => new ModelCut(double.CreateChecked(c.Threshold), c.TieTensor < tensors.Length ? tensors[c.TieTensor].Output.Name : null, c.LastTie)),
    ];
}

/// <summary>A cut of a whole model.</summary>
/// <param name="Threshold">The k-th largest magnitude of the model.</param>
/// <param name="TieTensor">The tensor with the last kept element of that magnitude; null where all of them are kept.</param>
/// <param name="LastTie">Its index in that tensor; -1 where none is kept.</param>
public sealed record ModelCut(double Threshold, string? TieTensor, long LastTie)
{
    /// <summary>The cut as it falls on one tensor.</summary>
    public MagnitudeCut<T> On<T>(TensorMerge tensor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var order = TieTensor is null ? -1 : string.CompareOrdinal(tensor.Output.Name, TieTensor);
        var last = LastTie < 0 ? -1 : order < 0 ? long.MaxValue : order == 0 ? LastTie : -1;
        var threshold = T.CreateChecked(Threshold);
        if (double.CreateChecked(threshold) == Threshold) return new MagnitudeCut<T>(threshold, last);
        // Between two values of this type: none is equal to it, and above it is all that is above the lower of the two.
        return new MagnitudeCut<T>(double.CreateChecked(threshold) > Threshold ? T.BitDecrement(threshold) : threshold, -1);
    }
}
