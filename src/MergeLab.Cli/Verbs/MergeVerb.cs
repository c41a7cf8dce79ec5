using System.CommandLine;
using System.Globalization;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;
using MergeLab.Merging.Draws;
using MergeLab.Merging.Experts;
using MergeLab.Merging.Output;
using MergeLab.Merging.Planning;

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

    static readonly Option<bool> Truncate = new("--unsafe-truncate-embeddings") { Description = "Cut vocabularies of different size to what all models have; right only where they begin alike" };
    static readonly Option<bool> NoTokenizer = new("--no-copy-tokenizer") { Description = "Write no tokenizer files" };
    static readonly Option<bool> NoCard = new("--no-write-model-card") { Description = "Write neither README.md nor the recipe into the folder" };
    static readonly Option<bool> NoDigests = new("--no-digests") { Description = "Leave digests out of the model card: spares one more reading of all files" };

    public static Verb Create() =>
        new("merge", "Merge models as a recipe says", "mergelab merge recipe.yml --out merged", Run) { RecipeFile, Target, Plan, Overwrite, ShardSize, RandomSeed, Masks, Truncate, NoTokenizer, NoCard, NoDigests };

    static ExitCode Run(Invocation invocation)
    {
        var file = invocation.Get(RecipeFile);
        var text = ReadRecipe(file);
        var target = invocation.Get(Target);
        if (target is null && !invocation.Get(Plan)) throw new ProblemException("no --out", remedy: "give a folder to write to, or --plan");
        var to = new MergeTarget(target ?? "", invocation.Get(Overwrite), ByteSize.Parse(invocation.Get(ShardSize)!, "--shard-size"), invocation.Threads)
        {
            Tokenizer = !invocation.Get(NoTokenizer),
            Card = !invocation.Get(NoCard),
            Digests = !invocation.Get(NoDigests),
        };
        if (YamlReader.ReadDocuments(text, file) is [YamlMap root] && root.Find(ExpertsRecipe.Mark) is not null)
        {
            if (invocation.Get(Masks) is { } unused) throw NoUseOfMasks(unused, root.Place, "a mixture of experts");
            return MergeExpertsVerb.Run(invocation, ExpertsRecipe.Read(root), text, path => Resolve(path, file), Seed(invocation), to, invocation.Get(Plan));
        }

        var recipes = Merging.Recipes.RecipeFile.Read(text, file);
        using var masks = invocation.Get(Masks) is { } path ? RecordedMasks.Open(path) : null;
        if (masks is not null && !recipes.Stages.Any(s => s.Method.TakesMasks))
            throw NoUseOfMasks(invocation.Get(Masks)!, recipes.Final.Place, recipes.Final.Method.Name);
        var options = new PlanOptions { Seed = Seed(invocation), Masks = masks, TruncateVocabulary = invocation.Get(Truncate), Threads = invocation.Threads, Cancellation = invocation.Cancellation };
        return invocation.Get(Plan) ? MergePlanText.Show(invocation, recipes, text, p => Resolve(p, file), options) : Merge(invocation, recipes, text, file, options, to);
    }

    static ExitCode Merge(Invocation invocation, Merging.Recipes.RecipeFile recipes, string text, string file, PlanOptions options, MergeTarget to)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var written = 0L;
        var record = StagedMerge.Run(recipes, text, path => Resolve(path, file), options, to, merge =>
        {
            foreach (var warning in merge.Warnings) invocation.Error.WriteLine($"warning: {warning}");
            var plan = merge.Plan;
            written = plan.BytesToWrite;
            var stage = merge.Recipe.Name is { } name ? $"{name}: " : "";
            invocation.Say($"{stage}{merge.Recipe.Method.Title}: {Plural(merge.Recipe.References.Count, "model")}, {Plural(plan.Changed, "merged tensor")}{(plan.InFactorSpace ? " in factor space" : "")}");
            return new ByteProgress(invocation, "writing", plan.BytesToWrite);
        });
        foreach (var note in record.Notes ?? []) invocation.Say($"note: {note}");
        if (invocation.Json) invocation.WriteJson(record);
        else invocation.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{to.Target}: {ByteSize.Format(written)} of tensors in {clock.Elapsed.TotalSeconds:F1} s"));
        return ExitCode.Done;
    }

    static ProblemException NoUseOfMasks(string masks, Place place, string method) => new($"--masks {masks} has no use here", place, $"{method} drops no elements", "leave it out");

    static ulong Seed(Invocation invocation) => unchecked((ulong)(invocation.Get(RandomSeed) ?? 0));

    static string ReadRecipe(string file) => File.Exists(file) ? File.ReadAllText(file)
        : throw new ProblemException("no such recipe", new Place(file), remedy: "give a YAML file");

    /// <summary>Paths count from the working folder, as in mergekit; where nothing lies there, from the recipe's own folder or one above it.</summary>
    static string Resolve(string path, string recipe) => Directory.Exists(path) || File.Exists(path) ? path : Merging.Recipes.RecipePaths.Beside(path, recipe);

    internal static string Plural(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
