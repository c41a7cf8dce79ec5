using System.CommandLine;
using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Output;
using MergeLab.Merging.Recipes;

namespace MergeLab.Cli.Verbs;

/// <summary>Carries out a recipe.</summary>
static class MergeVerb
{
    static readonly Argument<string> RecipeFile = new("recipe") { Description = "The recipe, a YAML file" };
    static readonly Option<string?> Target = new("--out") { Description = "Folder to write the result to", HelpName = "DIR" };
    static readonly Option<bool> Plan = new("--plan") { Description = "Say what would be read and written, from headers alone, and stop" };
    static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Replace the folder if it holds a model" };
    static readonly Option<string> ShardSize = new("--shard-size") { Description = "Most bytes in one weight file, such as 5GB or 500MB", HelpName = "SIZE", DefaultValueFactory = _ => "5GB" };

    static readonly Option<long?> RandomSeed = new("--random-seed") { Description = "Seed of methods that draw", HelpName = "N" };
    static readonly Option<string?> Masks = new("--masks") { Description = "Keep-masks to replay instead of drawing", HelpName = "FILE" };

    public static Verb Create() =>
        new("merge", "Merge models as a recipe says", "mergelab merge recipe.yml --out merged", Run) { RecipeFile, Target, Plan, Overwrite, ShardSize, RandomSeed, Masks };

    static ExitCode Run(Invocation invocation)
    {
        var file = invocation.Get(RecipeFile);
        var recipe = RecipeReader.Read(ReadRecipe(file), file);
        var shardSize = ByteSize.Parse(invocation.Get(ShardSize)!, "--shard-size");
        var target = invocation.Get(Target);
        if (target is null && !invocation.Get(Plan)) throw new ProblemException("no --out", remedy: "give a folder to write to, or --plan");

        if (invocation.Get(Masks) is { } masks)
            throw new ProblemException($"--masks {masks} has no use here", recipe.Place, $"{recipe.Method.Name} draws nothing at random", "leave it out");

        using var inputs = AdapterSet.Open(recipe, path => Resolve(path, file));
        foreach (var warning in inputs.Adapters.SelectMany(a => a.Config.Warnings).Distinct()) invocation.Error.WriteLine($"warning: {warning}");
        var plan = MergePlan.Of(recipe, inputs, invocation.Threads);
        if (invocation.Get(Plan))
        {
            ShowPlan(invocation, plan);
            return ExitCode.Done;
        }
        invocation.Say($"{recipe.Method.Title}: {Plural(recipe.Models.Count, "adapter")}, {plan.AdaptedMatrices} changed matrices, {Plural(plan.Groups, "set")} of coefficients");
        var clock = System.Diagnostics.Stopwatch.StartNew();
        MergeRecord record;
        using (var progress = new ByteProgress(invocation, "writing", plan.BytesToWrite))
            record = Merger.Run(recipe, inputs, new MergeTarget(target!, invocation.Get(Overwrite), shardSize, invocation.Threads), progress.Add, invocation.Cancellation);
        if (invocation.Json) invocation.WriteJson(record);
        else invocation.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target}: {ByteSize.Format(plan.BytesToWrite)} of tensors in {clock.Elapsed.TotalSeconds:F1} s"));
        return ExitCode.Done;
    }

    static string ReadRecipe(string file) => File.Exists(file) ? File.ReadAllText(file)
        : throw new ProblemException("no such recipe", new Place(file), remedy: "give a YAML file");

    /// <summary>Paths count from the working folder, as in mergekit; where nothing lies there, from the recipe's own folder.</summary>
    static string Resolve(string path, string recipe)
    {
        if (Path.IsPathRooted(path) || Directory.Exists(path) || File.Exists(path)) return path;
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(recipe))!, path);
        return Directory.Exists(beside) || File.Exists(beside) ? beside : path;
    }

    static string Plural(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    sealed record PlannedTensor(string Name, string Dtype, IReadOnlyList<long> Shape, long Bytes);

    sealed record PlanDocument(int AdaptedMatrices, int Groups, long BytesToRead, long BytesToWrite, long WorkingMemory, IReadOnlyList<PlannedTensor> Tensors);

    static void ShowPlan(Invocation invocation, MergePlan plan)
    {
        if (invocation.Json)
        {
            var tensors = plan.Tensors.Select(t => new PlannedTensor(t.Name, t.DType.Name(), t.Shape, t.Bytes)).ToList();
            invocation.WriteJson(new PlanDocument(plan.AdaptedMatrices, plan.Groups, plan.BytesToRead, plan.BytesToWrite, plan.WorkingMemory, tensors));
            return;
        }
        invocation.Out.WriteLine($"changes     {plan.AdaptedMatrices} matrices, {Plural(plan.Groups, "set")} of coefficients");
        invocation.Out.WriteLine($"reads       {ByteSize.Format(plan.BytesToRead)}");
        invocation.Out.WriteLine($"writes      {ByteSize.Format(plan.BytesToWrite)} in {plan.Tensors.Count} tensors");
        invocation.Out.WriteLine($"memory      about {ByteSize.Format(plan.WorkingMemory)} beside the mapped files");
    }
}
