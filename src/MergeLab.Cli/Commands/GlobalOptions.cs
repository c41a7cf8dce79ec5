using System.CommandLine;
using MergeLab.Core.Errors;
using MergeLab.Tensors;

namespace MergeLab.Cli.Commands;

/// <summary>Options every verb takes. None of them changes a byte of a result, the device class excepted.</summary>
static class GlobalOptions
{
    public static readonly Option<bool> Json = new("--json") { Description = "Write one JSON document to standard output, nothing else", Recursive = true };
    public static readonly Option<bool> Quiet = new("--quiet") { Description = "No progress", Recursive = true };
    public static readonly Option<bool> Verbose = new("--verbose") { Description = "More detail, and stack traces with errors", Recursive = true };

    public static readonly Option<int> Threads = new("--threads")
    {
        Description = "Worker threads",
        HelpName = "N",
        DefaultValueFactory = _ => Environment.ProcessorCount,
        Recursive = true,
    };

    public static readonly Option<string> Device = new("--device")
    {
        Description = "Where tensors are computed: auto, cpu, cuda or cuda:N",
        DefaultValueFactory = _ => "cpu",
        Recursive = true,
    };

    public static readonly Option<string?> Cache = new("--cache")
    {
        Description = "Folder of cached stages (MERGELAB_CACHE; else .cache in the repository)",
        HelpName = "DIR",
        Recursive = true,
    };

    public static IEnumerable<Option> All => [Json, Quiet, Verbose, Threads, Device, Cache];

    /// <summary>Refuses values no verb takes, also where the verb has no use for them.</summary>
    public static void Check(ParseResult parse)
    {
        ReadThreads(parse);
        DeviceOption.CheckName(parse.GetValue(Device)!);
    }

    public static int ReadThreads(ParseResult parse) => parse.GetValue(Threads) is var n and > 0 and <= 1024
        ? n
        : throw new ProblemException($"--threads {parse.GetValue(Threads)}: not a number of threads", remedy: "give a whole number from 1 to 1024");
}
