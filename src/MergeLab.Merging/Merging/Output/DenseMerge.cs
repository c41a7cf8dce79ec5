using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Output;

/// <summary>A merge of weights through the streaming engine, to a model folder.</summary>
sealed class DenseMerge : PreparedMerge
{
    public DenseMerge(Recipe recipe, string text, OpenedModels models, PlanOptions options)
        : base(recipe, models)
    {
    }
    public override MergePlan Plan => throw new NotSupportedException();
    public override MergeRecord Run(MergeTarget target, Action<long>? written) => throw new NotSupportedException();
}
