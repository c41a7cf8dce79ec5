using System.CommandLine;
using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Merging.LowRank;

namespace MergeLab.Cli.Verbs;

/// <summary>A fine-tuned model as a LoRA adapter of its base. Flags bear mergekit-extract-lora's names.</summary>
static class ExtractLoraVerb
{
    static readonly Option<string> Model = new("--model") { Description = "The fine-tuned model, a folder", HelpName = "DIR", Required = true };
    static readonly Option<string> BaseModel = new("--base-model") { Description = "The model it was tuned from, a folder", HelpName = "DIR", Required = true };
    static readonly Option<string> Target = new("--out") { Description = "Adapter folder to write", HelpName = "DIR", Required = true };
    static readonly Option<int> MaxRank = new("--max-rank") { Description = "Largest rank", HelpName = "N", DefaultValueFactory = _ => 128 };
    static readonly Option<double?> Energy = new("--energy") { Description = "Keep the fewest directions that hold this share of the squared change", HelpName = "SHARE" };
    static readonly Option<double> Epsilon = new("--sv-epsilon") { Description = "Drop singular values at or below this", HelpName = "X" };
    static readonly Option<bool> DistributeScale = new("--distribute-scale") { Description = "Share the singular values between A and B", DefaultValueFactory = _ => true };
    static readonly Option<bool> NoDistributeScale = new("--no-distribute-scale") { Description = "Put the singular values into A alone" };
    static readonly Option<bool> EmbedLora = new("--embed-lora") { Description = "Embeddings and heads as factors too, not saved whole" };
    static readonly Option<string[]> SaveModule = new("--save-module") { Description = "Save this module whole (repeatable)", HelpName = "NAME" };
    static readonly Option<string[]> Include = new("--include-regex", "-i") { Description = "Only modules whose name holds a match (repeatable)", HelpName = "REGEX" };
    static readonly Option<string[]> Exclude = new("--exclude-regex", "-e") { Description = "Leave out modules whose name holds a match (repeatable)", HelpName = "REGEX" };
    static readonly Option<bool> SkipUndecomposable = new("--skip-undecomposable") { Description = "Leave out norms and the like instead of saving them whole" };
    static readonly Option<string?> Type = new("--dtype") { Description = "Type of the factors: float32, bfloat16 or float16", HelpName = "TYPE" };
    static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Replace the folder if it holds an adapter" };

    public static Verb Create() =>
        new("extract-lora", "Extract a LoRA adapter from a fine-tuned model", "mergelab extract-lora --model tuned --base-model base --max-rank 32 --out adapter", Run)
        {
            Model, BaseModel, Target, MaxRank, Energy, Epsilon, DistributeScale, NoDistributeScale, EmbedLora, SaveModule, Include, Exclude, SkipUndecomposable, Type, Overwrite,
        };

    static ExitCode Run(Invocation invocation)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var record = LoraExtraction.Run(invocation.Get(BaseModel)!, invocation.Get(Model)!, invocation.Get(Target)!, Options(invocation), null, invocation.Cancellation);
        if (invocation.Json)
        {
            invocation.WriteJson(record);
            return ExitCode.Done;
        }
        foreach (var module in record.Modules)
            invocation.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{module.Name,-60} rank {module.Rank,4}  {100 * module.Energy,6:F2} % of the change"));
        if (record.Saved.Count > 0) invocation.Out.WriteLine($"saved whole   {string.Join(", ", record.Saved)}");
        if (record.Unchanged.Count > 0) invocation.Out.WriteLine($"no change     {string.Join(", ", record.Unchanged)}");
        if (record.Skipped.Count > 0) invocation.Out.WriteLine($"left out      {string.Join(", ", record.Skipped)}");
        invocation.Say(string.Create(CultureInfo.InvariantCulture, $"{invocation.Get(Target)}: {record.Modules.Count} modules in {clock.Elapsed.TotalSeconds:F1} s"));
        return ExitCode.Done;
    }

    static ExtractionOptions Options(Invocation invocation)
    {
        var rank = invocation.Get(MaxRank);
        if (rank is < 1 or > 1 << 16) throw new ProblemException($"--max-rank {rank} is out of range", remedy: "give 1 to 65536");
        if (invocation.Get(Energy) is { } energy && energy is not (> 0 and <= 1)) throw new ProblemException("--energy is out of range", why: "it is a share of the squared change", remedy: "give a number above 0 and up to 1");
        if (invocation.Get(Epsilon) is not (>= 0 and < double.PositiveInfinity)) throw new ProblemException("--sv-epsilon is out of range", remedy: "give 0 or more");
        return new ExtractionOptions
        {
            MaxRank = rank,
            Energy = invocation.Get(Energy),
            SingularEpsilon = invocation.Get(Epsilon),
            DistributeScale = invocation.Get(DistributeScale) && !invocation.Get(NoDistributeScale),
            EmbedLora = invocation.Get(EmbedLora),
            SaveModules = invocation.Get(SaveModule) ?? [],
            Include = invocation.Get(Include) ?? [],
            Exclude = invocation.Get(Exclude) ?? [],
            SkipUndecomposable = invocation.Get(SkipUndecomposable),
            DType = ReadType(invocation.Get(Type)),
            Overwrite = invocation.Get(Overwrite),
            Threads = invocation.Threads,
        };
    }

    static DType ReadType(string? name) => name is null ? DType.F32
        : DTypes.TryParseTorch(name, out var type) && type.IsFloat() ? type
        : throw new ProblemException($"unknown type '{name}'", remedy: Suggestion.For(name, ["float32", "bfloat16", "float16", "float64"]));
}
