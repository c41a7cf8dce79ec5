using System.Globalization;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Merging.Experts;
using MergeLab.Merging.Output;

namespace MergeLab.Cli.Verbs;

/// <summary>The merge verb for a recipe of a mixture of experts.</summary>
static class MergeExpertsVerb
{
    public static ExitCode Run(Invocation invocation, ExpertsRecipe recipe, string text, Func<string, string> resolve, ulong seed, MergeTarget target, bool plan)
    {
        using var model = ExpertsModel.Open(recipe, resolve, seed);
        var bytes = model.Tensors.Sum(t => t.Bytes);
        invocation.Say($"mixture of {MergeVerb.Plural(recipe.Experts.Count, "expert")} on {recipe.Base}; the router is random, train it");
        if (plan) return MergePlanText.Write(invocation, model.Plan(invocation.Threads));
        using (var progress = new ByteProgress(invocation, "writing", bytes))
            ExpertsMerger.Run(recipe, text, model, target, progress.Report, invocation.Cancellation);
        if (invocation.Json) invocation.WriteJson(new { target.Target, Tensors = model.Tensors.Count, Bytes = bytes });
        else invocation.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Target}: {ByteSize.Format(bytes)} of tensors"));
        return ExitCode.Done;
    }
}
