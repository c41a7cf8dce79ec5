using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>
/// LiNeS (Wang et al., ICLR 2025, section 4): λ grows evenly with depth, from alpha in the first layer to alpha + beta in the last, so that
/// shallow layers stay close to the base. Tensors outside the layers take alpha.
/// </summary>
public sealed class Lines : IMergeMethod
{
    public ITensorRule Begin(MergeRun run)
    {
        var words = run.Tensors.Where(t => t.Settings.Has("rule")).Select(t => t.Settings.Word("rule")).Distinct().ToList();
        if (words.Count > 1) throw new ProblemException("'rule' differs between tensors", why: "LiNeS scales one rule by depth", remedy: "give one word for the whole merge");
        var depths = new LayerDepths(run.Tensors.Select(t => t.Output.Name));
        var method = words is ["ties"] ? new TaskVectorMethod(Sparsity.Magnitude, elects: true) : new TaskVectorMethod(Sparsity.None, elects: false);
        return method.Begin(run, tensor => tensor.Settings.Number("alpha") + tensor.Settings.Number("beta") * (depths.Of(tensor.Output.Name) ?? 0));
    }
}
