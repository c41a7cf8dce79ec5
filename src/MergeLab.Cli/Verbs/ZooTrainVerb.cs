using System.CommandLine;
using System.Globalization;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Data.World;
using MergeLab.Models.Training;
using MergeLab.Stages.Zoo;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab zoo train</c>: the base, adapters, or both. What is there already is left as it is, what was interrupted goes on.</summary>
static class ZooTrainVerb
{
    static readonly Argument<string> What = new("what") { Description = "base, adapters, or all", DefaultValueFactory = _ => "all" };
    static readonly Option<string> Out = new("--out") { Description = "Folder of the zoo", HelpName = "DIR", DefaultValueFactory = _ => "artifacts/zoo" };
    static readonly Option<string[]> Tasks = new("--task") { Description = "Only the adapters of these tasks", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
    static readonly Option<int?> Steps = new("--steps") { Description = "Fewer or more steps than the recipe's, for trials", HelpName = "N" };
    static readonly Option<double?> Rate = new("--rate") { Description = "Another learning rate than the recipe's, for trials", HelpName = "X" };

    public static Verb Create()
    {
        What.AcceptOnlyFromAmong("base", "adapters", "all");
        return new Verb("train", "Train the embedded models from seeds", "mergelab zoo train all --out artifacts/zoo", Run) { What, Out, Tasks, Steps, Rate };
    }

    static ExitCode Run(Invocation invocation)
    {
        var zoo = new ZooLayout(invocation.Get(Out)!);
        var what = invocation.Get(What);
        List<TrainingRecord> records = [];
        if (what is "base" or "all") records.AddRange(Base(invocation, zoo));
        if (what is "adapters" or "all") records.AddRange(Adapters(invocation, zoo));
        if (invocation.Json) invocation.WriteJson(records);
        else foreach (var r in records) invocation.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{r.Task}: {r.Steps} steps, validation loss {r.StartLoss:F3} -> {r.ValidationLoss:F3} at step {r.BestStep}, norm {r.Norm:F2}, {r.Seconds:F0} s, {r.PeakMegabytes} MB"));
        return ExitCode.Done;
    }

    static IEnumerable<TrainingRecord> Base(Invocation invocation, ZooLayout zoo)
    {
        if (Directory.Exists(zoo.Base)) invocation.Say($"{zoo.Base} is there already");
        else yield return BaseTraining.Run(zoo, WorldFolder.ShippedSeed, Changed(invocation, ZooRecipe.Base), Progress(invocation, ZooLayout.BaseName), invocation.Cancellation);
    }

    static List<TrainingRecord> Adapters(Invocation invocation, ZooLayout zoo)
    {
        WorldTask[] tasks = invocation.Get(Tasks) is { Length: > 0 } names ? [.. names.Select(TaskTable.Get)] : TaskTable.All;
        var records = new TrainingRecord?[tasks.Length];
        // Each adapter is trained by one thread, libtorch's own threads staying at one: so the bytes do not depend on how many run at once.
        Parallel.For(0, tasks.Length, new ParallelOptions { MaxDegreeOfParallelism = invocation.Threads, CancellationToken = invocation.Cancellation }, i =>
        {
            if (Directory.Exists(zoo.Adapter(tasks[i].Name))) invocation.Say($"{zoo.Adapter(tasks[i].Name)} is there already");
            else records[i] = AdapterTraining.Run(zoo, tasks[i], WorldFolder.ShippedSeed, Changed(invocation, ZooRecipe.AdapterOf(tasks[i].Name)), Progress(invocation, tasks[i].Name), invocation.Cancellation);
        });
        return [.. records.OfType<TrainingRecord>()];
    }

    static TrainingOptions Changed(Invocation invocation, TrainingOptions options) =>
        options with { Steps = invocation.Get(Steps) ?? options.Steps, Rate = invocation.Get(Rate) ?? options.Rate };

    static Action<TrainingProgress> Progress(Invocation invocation, string name) => p => invocation.Say(string.Create(CultureInfo.InvariantCulture,
        $"{name}: step {p.Step} of {p.Steps}, loss {p.Loss:F3}, validation loss {p.ValidationLoss:F3}, {p.Left:m\\:ss} left"));
}
