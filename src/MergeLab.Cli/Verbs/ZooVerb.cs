using System.CommandLine;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Data.World;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab zoo</c>: the embedded models and the world they live in.</summary>
static class ZooVerb
{
    static readonly Option<string> Out = new("--out") { Description = "Folder of the world's files", HelpName = "DIR", Required = true };
    static readonly Option<bool> Check = new("--check") { Description = "Write nothing; exit 1 naming a file that is missing or differs" };
    static readonly Option<long> Seed = new("--seed") { Description = "Another seed is another world", HelpName = "N", DefaultValueFactory = _ => (long)WorldFolder.ShippedSeed };

    public static Verb Create()
    {
        var zoo = new Verb("zoo", "The embedded models and their world", "mergelab zoo world --out experiments/zoo/world --check",
            _ => throw new ProblemException("zoo: no act given", remedy: "mergelab zoo --help lists them"));
        zoo.Subcommands.Add(new Verb("world", "Generate the tokenizer and the tasks of the embedded zoo", "mergelab zoo world --out experiments/zoo/world --check", World)
        {
            Options = { Out, Check, Seed },
        });
        zoo.Subcommands.Add(ZooTrainVerb.Create());
        zoo.Subcommands.Add(ZooScoreVerb.Create());
        foreach (var verb in ZooCardVerbs.Create()) zoo.Subcommands.Add(verb);
        return zoo;
    }

    static ExitCode World(Invocation invocation)
    {
        var folder = invocation.Get(Out)!;
        var seed = invocation.Get(Seed);
        if (seed < 0) throw new ProblemException($"--seed {seed}: not a seed", remedy: "give a whole number from 0");
        var files = WorldFolder.Files((ulong)seed);
        var checkOnly = invocation.Get(Check);
        if (checkOnly) WorldFolder.Check(folder, files);
        else WorldFolder.Write(folder, files);
        var bytes = files.Values.Sum(f => (long)f.Length);
        if (invocation.Json) invocation.WriteJson(new { Folder = folder, Seed = seed, Files = files.Count, Bytes = bytes, Checked = checkOnly });
        else invocation.Out.WriteLine($"{folder}: {files.Count} files, {bytes} bytes, {(checkOnly ? "as generated" : "written")}");
        return ExitCode.Done;
    }
}
