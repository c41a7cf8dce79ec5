using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Merging.Engine;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Output;

/// <summary>A merge of LoRA adapters through their factors, to one adapter or to a dense model.</summary>
sealed class FactorSpaceMerge : PreparedMerge
{
    readonly AdapterSet inputs;
    readonly LowRankRun run;
    readonly IFactorMerge merge;
    readonly PlannedMerge planned;
    readonly string text;

    public FactorSpaceMerge(Recipe recipe, string text, OpenedModels models, PlanOptions options)
        : base(recipe, models)
    {
        this.text = text;
        inputs = AdapterSet.Of(recipe, models);
        planned = RecipePlanner.Plan(recipe, models, options);
        var byName = planned.Run.Tensors.ToDictionary(t => t.Inputs[0].Name, StringComparer.Ordinal);
        run = new LowRankRun
        {
            Matrices = [.. inputs.Matrices.Select(m => Settings(m, byName[m.Tensor.Name]))],
            // Without the base, which is no adapter.
            Models = [.. planned.Run.Tensors[0].Models.Select(m => planned.Run.Models[m.Model])],
            Configs = [.. inputs.Adapters.Select(a => a.Config)],
            PeftScale = recipe.PeftScale,
            Compat = recipe.Compat,
            Seed = options.Seed,
            Masks = options.Masks,
            Threads = options.Threads,
            Cancellation = options.Cancellation,
        };
        merge = recipe.Method.LowRank!().Begin(run);
    }

    IReadOnlyList<string> Notes => [.. planned.Run.Notes.Concat(run.Notes).Distinct().Order(StringComparer.Ordinal)];

    bool IsDense => Recipe.Output == OutputForm.Dense;

    DType? Type => Recipe.OutDType ?? Recipe.DType;

    static MatrixMerge Settings(AdaptedMatrix matrix, TensorMerge tensor) => new(matrix, tensor.Settings, [.. tensor.Models.Select(i => i.Settings)]);

    public override MergePlan Plan
    {
        get
        {
            var adapters = inputs.Adapters.Sum(a => a.Weights.Tensors.Sum(t => t.Bytes));
            using var merged = new MergedModel(inputs.Base, inputs.Matrices, merge, Type);
            var tensors = IsDense ? merged.Tensors : MergedAdapter.Tensors(inputs.Matrices, merge, Type ?? DType.F32);
            // Factors in float64 beside their stack, for as many matrices as there are threads, and a block a thread on the way out.
            var largest = inputs.Matrices.Max(m => m.Parts.Sum(p => p is null ? 0 : p.A.Count + p.B.Count));
            var memory = run.Threads * (largest * 4 * sizeof(double) + (8L << 20));
            return new MergePlan(tensors, inputs.Matrices.Count, true, adapters + (IsDense ? inputs.Base.Tensors.Sum(t => t.Bytes) : 0), tensors.Sum(t => t.Bytes), memory);
        }
    }

    public override MergeRecord Run(MergeTarget target, Action<long>? written)
    {
        ReplacedInputs.Refuse(target.Target, inputs.Adapters.Select(a => a.Folder).Prepend(inputs.Base.Folder).OfType<string>());
        FolderTransaction.CheckTarget(target.Target, target.Overwrite);
        var record = MergeRecord.OfAdapters(Recipe, inputs, merge.Groups);
        if (IsDense) return WriteDense(record, target, written);
        WriteAdapter(record, target, written);
        return record with { Notes = Notes };
    }

    void WriteAdapter(MergeRecord record, MergeTarget target, Action<long>? written)
    {
        var options = new LoraAdapterOptions
        {
            BaseModel = inputs.Adapters[0].Config.BaseModel ?? record.BaseModel!,
            TaskType = inputs.Adapters[0].Config.TaskType,
            FanInFanOut = inputs.Adapters[0].Config.FanInFanOut,
            DType = Type ?? DType.F32,
            Overwrite = target.Overwrite,
            Files = new Dictionary<string, string> { [MergeRecord.FileName] = record.ToJson() },
        };
        MergedAdapter.Write(target.Target, inputs.Matrices, merge, options, written, run.Cancellation);
    }

    MergeRecord WriteDense(MergeRecord record, MergeTarget target, Action<long>? written)
    {
        using var merged = new MergedModel(inputs.Base, inputs.Matrices, merge, Type);
        var contents = MergedContents.Of(planned, Models, text, null) with
        {
            Tensors = merged.Tensors,
            Files = new Dictionary<string, string> { [MergeRecord.FileName] = record.ToJson() },
        };
        using var folder = MergedFolder.Create(target.Target, contents, target.Folder);
        ModelCopy.Write(merged, name => [inputs.Base.Reader(name)], folder.Write, target.Threads, written, run.Cancellation);
        return record with { Notes = folder.Commit(Notes, run.Cancellation) };
    }
}
