using MergeLab.Merging.Engine;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Output;

/// <summary>A merge of weights through the streaming engine, to a model folder.</summary>
sealed class DenseMerge : PreparedMerge
{
    readonly PlannedMerge planned;
    readonly VocabularyPlan? vocabulary;
    readonly string text;

    public DenseMerge(Recipe recipe, string text, OpenedModels models, PlanOptions options)
        : base(recipe, models)
    {
        this.text = text;
        vocabulary = VocabularyPlan.Of(recipe, models);
        planned = RecipePlanner.Plan(recipe, models, options with { Alignment = vocabulary });
    }

    public override MergePlan Plan
    {
        get
        {
            var tensors = planned.Run.Tensors;
            var changed = tensors.Count(t => t.CopyOf is null && t.Models.Any(m => !m.Unchanged));
            return new MergePlan([.. tensors.Select(t => t.Output)], changed, false, planned.BytesToRead, planned.BytesToWrite, WorkingMemory());
        }
    }

    /// <summary>Blocks of all rows and a chunk of the result for each worker, candidates of a selection; for methods on matrices the largest of these in float64.</summary>
    long WorkingMemory()
    {
        const long Blocks = 4L << 20;
        var models = planned.Run.Models.Count;
        var streaming = planned.Run.Threads * Blocks + models * Blocks;
        if (!Recipe.Method.NeedsLinearAlgebra) return streaming;
        var largest = planned.Run.Tensors.Where(t => t.Output.Shape.Count == 2).Select(t => t.Output.Count).DefaultIfEmpty(0).Max();
        return streaming + largest * sizeof(double) * (models + 3);
    }

    public override MergeRecord Run(MergeTarget target, Action<long>? written)
    {
        ConstantChecks.Refuse(planned.Run);
        var record = MergeRecord.Of(Recipe);
        var contents = MergedContents.Of(planned, Models, text, vocabulary) with { Files = new Dictionary<string, string> { [MergeRecord.FileName] = record.ToJson() } };
        using var folder = MergedFolder.Create(target.Target, contents, target.Folder);
        MergeEngine.Run(Recipe.Method.Dense!(), planned.Run, folder, written);
        return record with { Notes = folder.Commit(planned.Run.Notes, planned.Run.Cancellation) };
    }
}
