using System.Globalization;
using System.Text.Json.Nodes;
using MergeLab.Execution;
using MergeLab.Store;

namespace MergeLab.Pipeline.Tests.Execution;

/// <summary>What tests start as a process of its own, to kill it or to let two work on one cache: <c>dotnet MergeLab.Pipeline.Tests.dll VERB CACHE</c>.</summary>
static class ChildProgram
{
    public const int FilesPerEntry = 3;
    public const int GraphSize = 40;

    static int Main(string[] arguments)
    {
        if (arguments is not [var verb, var cache]) return 2;
        switch (verb)
        {
            case "publish":
                PublishWithoutEnd(cache);
                return 0;
            case "run":
                using (var shared = new StageCache(cache))
                    return new Scheduler(shared, new StageKindSet([new Concatenation()]), () => "").Run(Graph(), new(new(2, 1000))).Entries.Count == GraphSize ? 0 : 1;
            default:
                return 2;
        }
    }

    public static StageKey Key(int n) => new("merge", 1, new JsonObject { ["n"] = n }, new Dictionary<string, string>());

    public static string Contents(int n, int file) => string.Concat(Enumerable.Repeat(string.Create(CultureInfo.InvariantCulture, $"{n}/{file} "), 2000));

    public static MergeLab.Experiments.StageGraph Graph()
    {
        var nodes = new List<MergeLab.Experiments.StageNode> { Workshop.Stage("0", "0") };
        for (var i = 1; i < GraphSize; i++) nodes.Add(Workshop.Stage($"{i}", $"{i},", ("a", nodes[i / 2]), ("b", nodes[i / 3])));
        return new(nodes);
    }

    static void PublishWithoutEnd(string root)
    {
        using var cache = new StageCache(root);
        for (var n = 0; ; n++)
        {
            if (cache.Find(Key(n)) is not null) continue;
            using var transaction = cache.Begin(Key(n));
            for (var file = 0; file < FilesPerEntry; file++) File.WriteAllText(Path.Combine(transaction.Output, $"{file}"), Contents(n, file));
            transaction.Publish(new(1, 1));
            Console.WriteLine(n);
        }
    }
}
