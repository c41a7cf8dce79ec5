using MergeLab.Checkpoints;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Merging.Output;
using MergeLab.Merging.Planning;

namespace MergeLab.Cli.Verbs;

/// <summary>What a merge would take, for people and as JSON.</summary>
static class MergePlanText
{
    sealed record PlannedTensor(string Name, string Dtype, IReadOnlyList<long> Shape, long Bytes);

    sealed record PlanDocument(int ChangedTensors, bool InFactorSpace, long BytesToRead, long BytesToWrite, long WorkingMemory, IReadOnlyList<PlannedTensor> Tensors);

    public static ExitCode Show(Invocation invocation, Merging.Recipes.RecipeFile recipes, string text, Func<string, string> resolve, PlanOptions options)
    {
        var recipe = recipes.Final;
        if (Merging.Recipes.RecipeFile.UsedBy(recipe, recipes.Stages).FirstOrDefault() is { } stage)
            throw new ProblemException("the plan depends on a result that is not there", recipe.MethodPlace, $"it uses the stage '{stage.Name}', whose tensors are known when it has run", "plan the stages one by one, or merge");
        using var merge = PreparedMerge.Open(recipe, text, resolve, options);
        foreach (var warning in merge.Warnings) invocation.Error.WriteLine($"warning: {warning}");
        return Write(invocation, merge.Plan);
    }

    public static ExitCode Write(Invocation invocation, MergePlan plan)
    {
        if (invocation.Json)
        {
            var tensors = plan.Tensors.Select(t => new PlannedTensor(t.Name, t.DType.Name(), t.Shape, t.Bytes)).ToList();
            invocation.WriteJson(new PlanDocument(plan.Changed, plan.InFactorSpace, plan.BytesToRead, plan.BytesToWrite, plan.WorkingMemory, tensors));
            return ExitCode.Done;
        }
        invocation.Out.WriteLine($"merges      {MergeVerb.Plural(plan.Changed, "tensor")}{(plan.InFactorSpace ? " in factor space" : "")}");
        invocation.Out.WriteLine($"reads       {ByteSize.Format(plan.BytesToRead)}");
        invocation.Out.WriteLine($"writes      {ByteSize.Format(plan.BytesToWrite)} in {MergeVerb.Plural(plan.Tensors.Count, "tensor")}");
        invocation.Out.WriteLine($"memory      about {ByteSize.Format(plan.WorkingMemory)} beside the mapped files");
        return ExitCode.Done;
    }
}
