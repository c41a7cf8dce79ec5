using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Statistics;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>Task arithmetic (Ilharco et al., ICLR 2023) and everything that sparsifies task vectors before it or elects signs after it.</summary>
/// <param name="sparsity">How elements are dropped.</param>
/// <param name="elects">Whether a sign is elected for each element.</param>
public sealed class TaskVectorMethod(Sparsity sparsity, bool elects) : IMergeMethod
{
    public ITensorRule Begin(MergeRun run) => Begin(run, tensor => tensor.Settings.Number("lambda"));

    /// <summary>With another λ for each tensor.</summary>
    public ITensorRule Begin(MergeRun run, Func<TensorMerge, double> factor)
    {
        var published = run.Compat == "fusionbench";
        var sparse = new SparseRows(sparsity, run, null);
        if (sparsity == Sparsity.Magnitude && (published || WholeModel(run))) sparse = sparse with { Cuts = Cuts(run, published, "density", null) };
        // FusionBench trims once more what its drop has left.
        if (sparsity == Sparsity.Random && elects && published) sparse = sparse with { Cuts = Cuts(run, published, "trim", sparse) };
        return new TaskVectorRule(sparse, elects, elects && published ? MajoritySign.Find(run, sparse) : 1, factor);
    }

    static bool WholeModel(MergeRun run)
    {
        var words = run.Tensors.Where(t => t.Settings.Has("granularity")).Select(t => t.Settings.Word("granularity")).Distinct().ToList();
        if (words.Count > 1) throw new ProblemException("'granularity' differs between tensors", why: "either all compete for what is kept, or none", remedy: "give one word for the whole merge");
        return words is ["model"];
    }

    static ModelCut[] Cuts(MergeRun run, bool published, string share, IRowFilters? drops)
    {
        // The published code counts integer tensors in.
        var tensors = run.Tensors.Where(t => (published && drops is null) || t.Output.DType.IsFloat()).ToList();
        if (tensors.Count == 0) return [];
        var models = tensors[0].Models.Select(m => m.Model).ToArray();
        if (tensors.Find(t => !t.Models.Select(m => m.Model).SequenceEqual(models)) is { } other)
            throw new ProblemException($"'{other.Output.Name}' is merged from other models than '{tensors[0].Output.Name}'", why: "one share of each whole task vector is kept", remedy: "merge the same models everywhere, or set granularity: tensor");
        var count = tensors.Sum(t => t.Output.Count);
        var keep = models.Select((model, row) => Kept(tensors, row, run.Models[model], count, published, share)).ToArray();
        if (!published) return MagnitudeSelection.LargestOfModel(run, InputSpace.TaskVectors, keep);
        // Everything that equals the smallest kept magnitude stays.
        var found = OrderStatistics.Find(new ModelMagnitudes(tensors, drops), [.. keep.Select(k => new[] { k - 1 })], run);
        return [.. found.Select(f => new ModelCut(f[0].Value, null, long.MaxValue))];
    }

    static long Kept(List<TensorMerge> tensors, int row, string model, long count, bool published, string share)
    {
        var shares = tensors.Where(t => t.Output.DType.IsFloat()).Select(t => t.Models[row].Settings.Number(share)).Distinct().ToList();
        if (shares.Count > 1)
            throw new ProblemException($"the {share} of {model} differs between tensors", why: "one share of the whole task vector is kept", remedy: "give one number, or granularity: tensor");
        var kept = (long)(count * Math.Clamp(shares[0], 0, 1));
        // The published cut is the smallest magnitude that stays beside int(d·K) larger ones.
        return Math.Clamp(published ? kept + 1 : kept, 1, count);
    }
}
