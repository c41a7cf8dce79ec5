using MergeLab.Core.Errors;
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
    readonly TruncatedVocabulary? truncated;
    readonly string text;

    public DenseMerge(Recipe recipe, string text, OpenedModels models, PlanOptions options)
        : base(recipe, models)
    {
        this.text = text;
        vocabulary = VocabularyPlan.Of(recipe, models);
        if (options.TruncateVocabulary && vocabulary is null && new TruncatedVocabulary(models) is { IsNeeded: true } cut) truncated = cut;
        planned = RecipePlanner.Plan(recipe, models, options with { Alignment = vocabulary is null ? truncated : vocabulary });
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
        var contents = MergedContents.Of(planned, Models, text, vocabulary) with { VocabularySize = (int?)truncated?.Rows, Files = new Dictionary<string, string> { [MergeRecord.FileName] = record.ToJson() } };
        using var folder = MergedFolder.Create(target.Target, contents, target.Folder);
        Merge(folder, written);
        return record with { Notes = folder.Commit(planned.Run.Notes, planned.Run.Cancellation) };
    }

    /// <summary>What a method refuses without a place was asked of it by the recipe.</summary>
    void Merge(MergedFolder folder, Action<long>? written)
    {
        try
        {
            MergeEngine.Run(Recipe.Method.Dense!(), planned.Run, folder, written);
        }
        catch (ProblemException e) when (e.Problem.Where is null)
        {
            throw new ProblemException(e.Problem with { Where = Recipe.MethodPlace }, e);
        }
    }
}
