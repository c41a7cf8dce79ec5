using System.CommandLine;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Stages.Zoo;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab zoo card</c> and <c>accept</c>: measure a trained zoo, and ship it.</summary>
static class ZooCardVerbs
{
    static readonly Option<string> Out = new("--out") { Description = "Folder of the trained zoo", HelpName = "DIR", DefaultValueFactory = _ => "artifacts/zoo" };
    static readonly Option<string> World = new("--world") { Description = "Folder of the tasks", HelpName = "DIR", DefaultValueFactory = _ => "experiments/zoo/world" };
    static readonly Option<string> Into = new("--into") { Description = "Folder of the shipped zoo", HelpName = "DIR", DefaultValueFactory = _ => "experiments/zoo" };

    static readonly Option<bool> Again = new("--again") { Description = "Only write the card again, from the scores it was written from" };

    public static IEnumerable<Verb> Create() =>
    [
        new Verb("card", "Score a trained zoo and write its card", "mergelab zoo card --out artifacts/zoo", Card) { Out, World, Again },
        new Verb("accept", "Ship a trained zoo: replace the one in the repository and list its digests", "mergelab zoo accept --out artifacts/zoo --into experiments/zoo", Accept) { Out, Into },
    ];

    static ExitCode Card(Invocation invocation)
    {
        var zoo = new ZooLayout(invocation.Get(Out)!);
        var scores = invocation.Get(Again) ? ZooCard.Read(zoo)
            : ZooScores.Measure(zoo, invocation.Get(World)!, invocation.Threads, name => invocation.Say($"scoring {name}"), invocation.Cancellation);
        ZooCard.Write(zoo, scores);
        if (invocation.Json) invocation.WriteJson(scores);
        else invocation.Out.WriteLine(Path.Combine(zoo.Root, ZooCard.ReadmeName));
        return ExitCode.Done;
    }

    static ExitCode Accept(Invocation invocation)
    {
        var shipped = new ZooLayout(invocation.Get(Into)!);
        ZooAcceptance.Run(new ZooLayout(invocation.Get(Out)!), shipped);
        invocation.Out.WriteLine($"{shipped.Root}: accepted");
        return ExitCode.Done;
    }
}
