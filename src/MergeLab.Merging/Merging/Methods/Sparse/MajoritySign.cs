using System.Numerics;
using MergeLab.Checkpoints;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Rounding;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>The sign that more elements of the whole model have after trimming: what the authors' TIES code elects where a sum is zero.</summary>
public static class MajoritySign
{
    /// <returns>+1, −1, or 0 for as many of one sign as of the other.</returns>
    public static int Find(MergeRun run, SparseRows sparse)
    {
        var sum = 0.0;
        foreach (var tensor in run.Tensors.Where(t => t.Output.DType.IsFloat() && t.Models.Count > 0)) sum += tensor.InDouble ? Of<double>(tensor, run, sparse) : Of<float>(tensor, run, sparse);
        return Math.Sign(sum);
    }

    static double Of<T>(TensorMerge tensor, MergeRun run, SparseRows sparse) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rows = sparse.Of<T>(tensor, run);
        var weights = tensor.Models.Select(m => T.CreateChecked(m.Settings.Number("weight"))).ToArray();
        return TensorStatistics.Sum<T>(tensor, InputSpace.TaskVectors, run, 1, (in Block<T> block, Span<double> sums) =>
        {
            for (var i = 0; i < rows.Length; i++) rows[i].Apply<Unrounded<T>>(block.First, block.Row(i));
            for (var e = 0; e < block.Length; e++)
            {
                var sum = T.Zero;
                for (var i = 0; i < rows.Length; i++) sum += weights[i] * block.Row(i)[e];
                sums[0] += T.Sign(sum);
            }
        })[0];
    }
}
