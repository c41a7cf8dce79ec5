using System.CommandLine;
using System.Text.Json.Serialization;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Evaluation;

namespace MergeLab.Cli.Verbs;

/// <summary><c>score</c>: predictions against references by one metric. Its flags are the options of all metrics in the table.</summary>
static class ScoreVerb
{
    /// <summary>The document of <c>--json</c>; examples only where asked for.</summary>
    sealed record Document(
        string Metric,
        IReadOnlyDictionary<string, object?> Options,
        object Corpus,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<object>? Examples);

    public static Verb Create()
    {
        var metric = new Option<string>("--metric") { Description = string.Join(", ", MetricTable.All.Select(m => m.Name)), HelpName = "NAME" };
        var predictions = new Option<string>("--predictions") { Description = "JSON lines: a string or number a line", HelpName = "F" };
        var references = new Option<string>("--references") { Description = "JSON lines: the same, or an array of strings a line", HelpName = "F" };
        var perExample = new Option<bool>("--per-example") { Description = "Also the score of each example" };
        var settings = MetricTable.All.SelectMany(m => m.Options).DistinctBy(o => o.Name).Select(o => (o.Name, Flag: Flag(o))).ToArray();
        var verb = new Verb("score", "Score predictions against references.",
            "mergelab score --metric rouge --stemmer --predictions predictions.jsonl --references references.jsonl --json",
            invocation => Run(
                invocation, Needed(invocation, metric), Needed(invocation, predictions), Needed(invocation, references), invocation.Get(perExample), Given(invocation, settings)))
        {
            metric, predictions, references, perExample,
        };
        foreach (var (_, option) in settings) verb.Options.Add(option);
        return verb;
    }

    static string Needed(Invocation invocation, Option<string> option) =>
        invocation.Get(option) ?? throw new ProblemException($"no {option.Name} given", remedy: $"add {option.Name}: {option.Description}");

    static Option Flag(MetricOption option)
    {
        var name = "--" + option.Name.Replace('_', '-');
        var metrics = string.Join(", ", MetricTable.All.Where(m => m.Options.Any(o => o.Name == option.Name)).Select(Meaning));
        return option.Kind == MetricOptionKind.Flag
            ? new Option<bool>(name) { Description = metrics }
            : new Option<string[]>(name) { Description = metrics, HelpName = option.Kind is MetricOptionKind.WholeNumber ? "N" : option.Kind is MetricOptionKind.Number ? "X" : "VALUE" };

        string Meaning(Metric metric)
        {
            var own = metric.Options.Single(o => o.Name == option.Name);
            var choices = own.Choices is { } names ? $" ({string.Join('|', names)})" : "";
            var standard = own.Default is string or int or double ? FormattableString.Invariant($", default {own.Default}") : "";
            return $"{metric.Name}: {own.Description}{choices}{standard}";
        }
    }

    static Dictionary<string, IReadOnlyList<string>> Given(Invocation invocation, IEnumerable<(string Name, Option Flag)> settings)
    {
        var given = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (name, option) in settings)
        {
            if (invocation.Parse.GetResult(option) is not { Implicit: false }) continue;
            given[name] = option is Option<bool> flag ? [invocation.Get(flag) ? "true" : "false"] : invocation.Get((Option<string[]>)option)!;
        }
        return given;
    }

    static ExitCode Run(
        Invocation invocation, string name, string predictionFile, string referenceFile, bool perExample, Dictionary<string, IReadOnlyList<string>> given)
    {
        var metric = Metric.Parse(name);
        MetricOptions.Parse(metric, given);
        if (perExample && !metric.PerExample)
            throw new ProblemException($"{name} has no value for a single example", remedy: "leave out --per-example");
        var (predictions, references) = MetricFile.ReadPair(predictionFile, referenceFile, metric);
        var result = metric.Score(predictions, references, given, invocation.Threads);
        if (invocation.Json)
            invocation.WriteJson(new Document(name, result.Options, result.Corpus.Details, perExample ? [.. result.Examples.Select(e => e.Details)] : null));
        else
            ScoreTable.Write(invocation.Out, result, predictions.Count, perExample);
        return ExitCode.Done;
    }
}
