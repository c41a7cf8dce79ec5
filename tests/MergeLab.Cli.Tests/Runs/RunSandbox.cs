using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace MergeLab.Cli.Tests.Runs;

/// <summary>
/// The smoke experiment with copies of the models and tasks it reads, a cache and a results folder of its own. The zoo's card is left out, so that a
/// test may change a model.
/// </summary>
public sealed class RunSandbox : IDisposable
{
    /// <summary>Examples a task, for tests that need every stage but not its full length.</summary>
    public const int FewExamples = 20;

    static readonly string[] ZooParts =
    [
        "t5-micro", "t5-micro-lora/topic", "t5-micro-lora/describe", "t5-micro-lora/title", "world/story-summary.jsonl", "world/topic.jsonl",
    ];

    readonly ScratchFolder scratch = new();

    /// <param name="limit">Examples a task; null for as many as the experiment says.</param>
    public RunSandbox(int? limit = FewExamples)
    {
        var source = Path.Combine(Repository.Root, "experiments");
        Copy(Path.Combine(source, "micro", "smoke.yaml"), Recipe);
        foreach (var part in ZooParts) Copy(Path.Combine(source, "zoo", part), Zoo(part));
        if (limit is { } few) File.WriteAllText(Recipe, Regex.Replace(File.ReadAllText(Recipe), @"\blimit: \d+", $"limit: {few}"));
        Cache = Directory.CreateDirectory(scratch.File("cache")).FullName;
        Directory.CreateDirectory(Results);
    }

    public string Root => scratch.Path;
    public string Experiments => scratch.File("experiments");
    public string Recipe => scratch.File("experiments", "micro", "smoke.yaml");

    /// <summary>Its own, unless a test gives it another's.</summary>
    public string Cache { get; set; }

    public string Results => scratch.File("results");

    /// <summary>The experiment's own folder of results.</summary>
    public string Found => Path.Combine(Results, "smoke");

    public string Zoo(string part) => scratch.File("experiments", "zoo", part);

    /// <summary>Replaces text of the experiment that is there exactly once.</summary>
    public void Edit(string old, string now)
    {
        var text = File.ReadAllText(Recipe);
        Assert.Equal(1, text.Split(old).Length - 1);
        File.WriteAllText(Recipe, text.Replace(old, now, StringComparison.Ordinal));
    }

    /// <summary><c>mergelab run --json</c> on this sandbox, which has to succeed.</summary>
    public RunEvents Run(params string[] more)
    {
        var outcome = TryRun(more);
        Assert.True(outcome.Exit == 0, $"exit {outcome.Exit}\n{outcome.Error}\n{outcome.Out}");
        return new RunEvents(outcome.Out);
    }

    public Mergelab.Outcome TryRun(params string[] more) => Mergelab.RunIn(Root, null, [.. RunArguments, .. more]);

    /// <summary>Any verb, with this sandbox's results.</summary>
    public Mergelab.Outcome Ask(string verb, params string[] more) => Mergelab.RunIn(Root, null, [verb, "--results", Results, .. more]);

    public Mergelab.Outcome Plan(params string[] more) => Mergelab.RunIn(Root, null, ["plan", "--experiments", Experiments, "--cache", Cache, .. more]);

    public Process Start(IReadOnlyDictionary<string, string?>? environment = null, params string[] more) => Mergelab.Start(Root, environment, [.. RunArguments, .. more]);

    public string[] RunArguments => ["run", "--experiments", Experiments, "--cache", Cache, "--results", Results, "--json"];

    /// <summary>Where a stage's result lies in the cache.</summary>
    public string Entry(RunEvents events, string stage) => events.Keys[stage] is var (kind, key) ? Path.Combine(Cache, kind, key[..2], key) : "";

    /// <summary>sha256 of what the run found, and of every output in the cache: all that must be the same bytes however a run went.</summary>
    public SortedDictionary<string, string> Bytes()
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in (string[])["results.parquet", "examples.parquet"]) found.Add(name, Digest(Path.Combine(Found, name)));
        foreach (var file in Directory.EnumerateFiles(Cache, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(Cache, file);
            if (Regex.IsMatch(name, @"^[a-z]+/[0-9a-f]{2}/[0-9a-f]{64}[^/]*/out/")) found.Add(name, Digest(file));
        }
        return found;
    }

    /// <summary>Takes over all that another sandbox has made, as if this one had.</summary>
    public void Adopt(RunSandbox other)
    {
        Copy(other.Cache, Cache);
        Copy(other.Results, Results);
    }

    public void Dispose() => scratch.Dispose();

    static string Digest(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        if (File.Exists(from))
        {
            File.Copy(from, to);
            return;
        }
        Directory.CreateDirectory(to);
        foreach (var entry in Directory.EnumerateFileSystemEntries(from)) Copy(entry, Path.Combine(to, Path.GetFileName(entry)));
    }
}
