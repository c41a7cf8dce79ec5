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
        var words = run.Tensors.Select(t => t.Settings.Word("granularity")).Distinct().ToList();
        if (words.Count > 1) throw new ProblemException("'granularity' differs between tensors", why: "either all compete for what is kept, or none", remedy: "give one word for the whole merge");
        return words is ["model"];
    }

    static ModelCuts Cuts(MergeRun run, bool published, string share, IRowFilters? drops)
    {
        // The published code counts integer tensors in.
        var tensors = run.Tensors.Where(t => (published && drops is null) || t.Output.DType.IsFloat());
        var magnitudes = new ModelMagnitudes(tensors, drops);
        var keep = magnitudes.Models.Select(model => Kept(magnitudes, model, run, published, share)).ToArray();
        return ModelCuts.Find(magnitudes, keep, allTies: published, run);
    }

    static long Kept(ModelMagnitudes magnitudes, int model, MergeRun run, bool published, string share)
    {
        var inputs = magnitudes.Tensors.SelectMany(t => t.Models.Where(m => m.Model == model).Select(m => (t.Output.Count, Density: m.Settings.Number(share)))).ToList();
        var densities = inputs.Select(i => i.Density).Distinct().ToList();
        if (densities.Count > 1)
            throw new ProblemException($"the {share} of {run.Models[model]} differs between tensors", why: "one share of the whole task vector is kept", remedy: "give one number, or granularity: tensor");
        var count = inputs.Sum(i => i.Count);
        var kept = Math.Max(0, (long)(count * Math.Clamp(densities[0], 0, 1)));
        // The published cut is the smallest magnitude that stays beside int(d·K) larger ones.
        return Math.Clamp(published ? kept + 1 : kept, 1, count);
    }
}
