using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Vectors;

namespace MergeLab.Merging.Output;

/// <summary>A merge of IA3 adapters through their vectors, to one IA3 adapter.</summary>
sealed class Ia3PreparedMerge : PreparedMerge
{
    readonly Ia3Set inputs;

    public Ia3PreparedMerge(Recipe recipe, OpenedModels models, Func<string, string> resolve)
        : base(recipe, models)
    {
        RefuseMethod(recipe);
        inputs = Ia3Set.Open(models[recipe.Models[0].Reference].Folder, [.. recipe.Models.Select(m => resolve(m.Reference.Adapter!))]);
    }

    public override MergePlan Plan
    {
        get
        {
            var tensors = inputs.Vectors.Select(v => new Ia3Shape(v.Path, v.FeedForward, v.Shape).Tensor(Type)).ToList();
            var bytes = tensors.Sum(t => t.Bytes);
            return new MergePlan(tensors, tensors.Count, true, inputs.Adapters.Sum(a => a.Weights.Tensors.Sum(t => t.Bytes)), bytes, bytes * 2 * inputs.Adapters.Count);
        }
    }

    public override MergeRecord Run(MergeTarget target, Action<long>? written)
    {
        ReplacedInputs.Refuse(target.Target, inputs.Adapters.Select(a => a.Folder));
        var groups = Groups();
        var record = MergeRecord.Of(Recipe) with { Groups = [.. groups.Select(g => MergeRecord.GroupOf(g, v => inputs.Vectors[v].Path))] };
        Ia3Merge.Write(target.Target, inputs.Vectors, Ia3Merge.Values(inputs.Vectors, groups), new Ia3AdapterOptions
        {
            BaseModel = inputs.Adapters[0].Config.BaseModel ?? Recipe.Models[0].Reference.Model,
            TaskType = inputs.Adapters[0].Config.TaskType,
            DType = Type,
            Overwrite = target.Overwrite,
            Files = new Dictionary<string, string> { [MergeRecord.FileName] = record.ToJson() },
        });
        written?.Invoke(Plan.BytesToWrite);
        return record;
    }

    protected override void Dispose(bool disposing)
    {
        inputs.Dispose();
        base.Dispose(disposing);
    }

    DType Type => Recipe.OutDType ?? Recipe.DType ?? DType.F32;

    IReadOnlyList<MergeGroup> Groups()
    {
        var weights = Recipe.Models.Select(m => m.Parameters.Number("weight") ?? Recipe.Parameters.Number("weight") ?? 1).ToArray();
        if (Recipe.Method == MethodTable.GeometricMedian) return Ia3Merge.Median(inputs.Vectors, Recipe.Granularity, weights, Recipe.Paper);
        if (Recipe.Method == MethodTable.Average) return Ia3Merge.Sum(inputs.Vectors, [.. weights.Select(_ => 1.0 / weights.Length)]);
        var factor = (Recipe.Parameters.Number("lambda") ?? 1) / (Recipe.Parameters.Number("normalize") is 1 ? weights.Sum() : 1);
        return Ia3Merge.Sum(inputs.Vectors, [.. weights.Select(w => factor * w)]);
    }

    static void RefuseMethod(Recipe recipe)
    {
        string[] known = ["average", "task_arithmetic", "geometric_median"];
        if (!known.Contains(recipe.Method.Name))
            throw new ProblemException($"{recipe.Method.Name} does not merge IA3 adapters", recipe.MethodPlace, "their vectors scale weights, they are no low-rank changes", $"use {string.Join(", ", known)}, or write output: dense");
        foreach (var parameters in recipe.Models.Select(m => m.Parameters).Prepend(recipe.Parameters))
            if (parameters.ByName.Values.FirstOrDefault(s => s.Choices is not [{ IsForAll: true, Knots.Count: < 2 }]) is { } setting)
                throw new ProblemException("filters and gradients do not apply to IA3 adapters", setting.Place, "one coefficient stands for a whole adapter", "give one value");
    }
}
