using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MergeLab.Core.Errors;

namespace MergeLab.Build;

/// <summary>
/// Targets made of the experiment files: one an experiment, and one a stage, so that <c>--tree</c>, <c>--dryrun</c> and
/// <c>--target=EXPERIMENT/STAGE</c> work. What there is, the program tells; its answer is kept until an experiment file or the program changes.
/// </summary>
static class StageTargets
{
    /// <summary>Above, only experiments are targets: Cake's own lists grow slow.</summary>
    const int MostStages = 1000;

    sealed record Stage(string Id, string Kind, IReadOnlyList<string> Needs);

    sealed record Listing(IReadOnlyList<string> Experiments, IReadOnlyList<Stage> Stages);

    static readonly JsonSerializerOptions Form = new() { PropertyNameCaseInsensitive = true };

    /// <param name="invocation">The run.</param>
    /// <param name="asked">Names after <c>--target</c>.</param>
    /// <returns>Nothing where the program is not built yet.</returns>
    public static IReadOnlyList<Target> Load(Invocation invocation, IReadOnlyList<string> asked)
    {
        if (!File.Exists(invocation.Program)) return [];
        var listing = Read(invocation);
        var run = new StageRun(invocation, [.. asked.Where(a => listing.Experiments.Any(e => a == e || a.StartsWith(e + "/", StringComparison.Ordinal)))], listing.Experiments);
        var targets = new List<Target>();
        var few = listing.Stages.Count <= MostStages;
        if (few) targets.AddRange(listing.Stages.Select(s => new Target(s.Id, $"{s.Kind} stage", _ => run.Join(s.Id)) { Needs = ["Program", .. s.Needs], Flags = ExperimentActs.ReproduceFlags }));
        targets.AddRange(listing.Experiments.Select(name => new Target(name, "experiment", _ => run.JoinAll())
        {
            Needs = few ? ["Program", .. listing.Stages.Where(s => s.Id.StartsWith(name + "/", StringComparison.Ordinal)).Select(s => s.Id)] : ["Program"],
            Flags = ExperimentActs.ReproduceFlags,
        }));
        return targets;
    }

    static Listing Read(Invocation invocation)
    {
        var kept = invocation.At("artifacts", "cake", "stages.json");
        var stamp = kept + ".stamp";
        var now = Fingerprint(invocation);
        if (File.Exists(kept) && File.Exists(stamp) && File.ReadAllText(stamp) == now) return Parse(File.ReadAllText(kept));
        var text = new StringBuilder();
        var exit = invocation.Children.Run(invocation.Program, ["plan", "--stages", "--slow", "--json"], line => text.Append(line));
        if (exit != 0) throw new ProblemException("the experiments cannot be read", remedy: "correct what is said above", exit: (ExitCode)exit);
        Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
        File.WriteAllText(kept, text.ToString());
        File.WriteAllText(stamp, now);
        return Parse(text.ToString());
    }

    static Listing Parse(string text) => JsonSerializer.Deserialize<Listing>(text, Form)!;

    static string Fingerprint(Invocation invocation)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.EnumerateFiles(invocation.At("experiments"), "*.y*ml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            sha.AppendData(Encoding.UTF8.GetBytes(file));
            sha.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }
        sha.AppendData(Encoding.UTF8.GetBytes(new FileInfo(invocation.At("artifacts", "mergelab", "MergeLab.Pipeline.dll")).LastWriteTimeUtc.Ticks.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }
}
