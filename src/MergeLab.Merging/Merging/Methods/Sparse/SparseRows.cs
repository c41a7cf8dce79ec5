using System.Numerics;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Draws;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Kernels;
using MergeLab.Merging.Methods.Rounding;
using MergeLab.Merging.Methods.Statistics;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>Decides for one tensor what each model's task vector loses, and by what the rest is scaled.</summary>
/// <param name="Sparsity">How elements are dropped.</param>
/// <param name="Run">The merge.</param>
/// <param name="Cuts">For each model a cut of its whole task vector, where tensors compete with one another.</param>
public sealed record SparseRows(Sparsity Sparsity, MergeRun Run, ModelCut[]? Cuts) : IRowFilters
{
    public SparseRow<T>[] Of<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rows = new SparseRow<T>[tensor.Models.Count];
        var whole = new SparseRow<T>(null, T.One, T.One);
        Array.Fill(rows, whole);
        if (Sparsity == Sparsity.None) return rows;
        var cuts = Selected<T>(tensor, run);
        for (var i = 0; i < rows.Length; i++) rows[i] = whole with { Filter = Trimmed(tensor, i, Filter(tensor, tensor.Models[i], cuts[i], run)) };
        if (tensor.Settings.Flag("rescale")) Rescale(tensor, rows, run);
        return rows;
    }

    /// <inheritdoc/>
    public RowFilter<T>? Of<T>(TensorMerge tensor, TensorInput model) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Filter<T>(tensor, model, null, Run);

    RowFilter<T>? Trimmed<T>(TensorMerge tensor, int model, RowFilter<T>? drawn) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Sparsity == Sparsity.Random && Cuts is not null ? new FilterPair<T>(drawn, new CutFilter<T>(Cuts[model].On<T>(tensor))) : drawn;

    RowFilter<T>? Filter<T>(TensorMerge tensor, TensorInput model, RowFilter<T>? selected, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var density = model.Settings.Number("density");
        if (density >= 1 || model.Unchanged) return null;
        // The published whole-model cut keeps one element even then.
        if (density <= 0 && !(Cuts is not null && run.Compat == "fusionbench")) return new DropAll<T>();
        if (run.Masks?.Find(tensor.Output.Name, run.Models[model.Model], tensor.Output.Count) is { } mask) return new MaskFilter<T>(mask);
        if (selected is not null) return selected;
        if (run.Masks is not null)
            throw new ProblemException($"no mask for tensor '{tensor.Output.Name}' of {run.Models[model.Model]}", why: $"its density is {density}, so some of it was dropped", remedy: "give the masks of this merge, or none to draw them");
        if (Sparsity == Sparsity.Random) return new DrawFilter<T>(CounterRandom.For(run.Seed, run.Models[model.Model], tensor.Output.Name), density);
        var epsilon = model.Settings.Number("epsilon");
        return ByInverse(tensor) ? new ScaleFilter<T>(RankedDraws.InverseProbabilities<T>(tensor, model, run, density, epsilon)) : new MaskFilter<T>(RankedDraws.Mask<T>(tensor, model, run, density, epsilon));
    }

    /// <summary>Filters that keep magnitudes; null where draws decide.</summary>
    RowFilter<T>?[] Selected<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Sparsity is not (Sparsity.Magnitude or Sparsity.Band)) return new RowFilter<T>?[tensor.Models.Count];
        if (Cuts is not null) return [.. Cuts.Select(c => new CutFilter<T>(c.On<T>(tensor)))];
        var count = tensor.Output.Count;
        var bands = tensor.Models.Select(m => Kept(m, count)).ToArray();
        var wide = MagnitudeSelection.Largest<T>(tensor, InputSpace.TaskVectors, run, [.. bands.Select(b => b.Kept + b.Outliers)]);
        if (Sparsity == Sparsity.Magnitude) return [.. wide.Select(c => new CutFilter<T>(c))];
        var narrow = MagnitudeSelection.Largest<T>(tensor, InputSpace.TaskVectors, run, [.. bands.Select(b => b.Outliers)]);
        return [.. wide.Zip(narrow, (w, n) => new FilterPair<T>(new CutFilter<T>(w), new CutFilter<T>(n, inverted: true)))];
    }

    /// <summary>How many elements stay, and how many larger ones are dropped before them.</summary>
    (long Kept, long Outliers) Kept(TensorInput model, long count)
    {
        var density = model.Settings.Number("density");
        if (density >= 1 || model.Unchanged) return (count, 0);
        if (density <= 0) return (0, 0);
        var kept = (long)(density * count);
        if (Sparsity == Sparsity.Magnitude) return (Math.Max(1, kept), 0);
        return (kept, Math.Min((long)(model.Settings.Number("gamma") * count), count - kept));
    }

    static bool ByInverse(TensorMerge tensor) => tensor.Settings.Flag("rescale") && tensor.Settings.Word("rescale_by") == "inverse_density";

    static void Rescale<T>(TensorMerge tensor, SparseRow<T>[] rows, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (ByInverse(tensor) || run.Compat == "fusionbench")
        {
            for (var i = 0; i < rows.Length; i++)
                if (rows[i].Filter is not (null or DropAll<T> or ScaleFilter<T>)) rows[i] = rows[i] with { Divisor = T.CreateChecked(tensor.Models[i].Settings.Number("density")) };
            return;
        }
        if (rows.All(r => r.Filter is null or DropAll<T>)) return;
        var (total, kept) = Magnitudes(tensor, rows, run);
        var least = run.Compat == "mergekit" ? 1e-7 : 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i].Filter is null or DropAll<T>) continue;
            var (whole, rest) = (StepRounding.Scalar<T>(total[i], tensor, run), StepRounding.Scalar<T>(kept[i], tensor, run));
            if (double.CreateTruncating(rest) <= least || double.CreateTruncating(whole) <= least) continue;
            rows[i] = rows[i] with { Scale = StepRounding.Scalar<T>(double.CreateTruncating(whole / rest), tensor, run) };
        }
    }

    /// <summary>L1 norms of the task vectors, and of what is left of them.</summary>
    static (double[] Total, double[] Kept) Magnitudes<T>(TensorMerge tensor, SparseRow<T>[] rows, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var step = StepRounding.Of(tensor, run);
        var draws = step is null && tensor.Inputs[0].Reader.Tensor.DType.Size() == 2 && rows is SparseRow<float>[] floats && Array.TrueForAll(floats, r => r.Filter is DrawFilter<float>)
            ? Array.ConvertAll(floats, r => (DrawFilter<float>)r.Filter!) : null;
        var sums = TensorStatistics.Sum<T>(tensor, InputSpace.TaskVectors, run, 2 * rows.Length, (in Block<T> block, Span<double> sums) =>
        {
            for (var i = 0; i < rows.Length; i++)
            {
                if (rows[i].Filter is not { } filter) continue;
                var row = block.Row(i);
                StepRounding.Round(row, step);
                var (whole, kept) = filter.Magnitudes(block.First, row);
                sums[i] += whole;
                sums[rows.Length + i] += kept;
            }
        }, draws is null ? null : (in StoredBlock block, Span<double> sums) => Add(draws, block, sums));
        return (sums[..rows.Length], sums[rows.Length..]);
    }

    static unsafe bool Add(DrawFilter<float>[] draws, in StoredBlock block, Span<double> sums)
    {
        var n = draws.Length;
        var kept = stackalloc KeepDraws[n];
        for (var i = 0; i < n; i++) kept[i] = draws[i].At(block.First);
        var found = stackalloc double[2 * n];
        if (!block.Run(new StoredMagnitudes(kept, found, found + n))) return false;
        for (var i = 0; i < 2 * n; i++)
            if (!double.IsFinite(found[i])) return false;
        for (var i = 0; i < 2 * n; i++) sums[i] += found[i];
        return true;
    }
}
