using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;
using MergeLab.Evaluation.Summaries;

namespace MergeLab.Experiments.Reading;

/// <summary>One entry of <c>tasks</c>.</summary>
static class TaskReader
{
    public static TaskDefinition Read(YamlEntry entry, FolderPaths paths)
    {
        var (name, node) = (entry.Key, entry.Value);
        if (ExperimentShape.TaskWords.Contains(name))
            throw new ProblemException($"a task cannot be named '{name}'", entry.KeyPlace, "'evaluate' uses the word for a group of tasks", "choose another name");
        var metrics = ReadMetrics(node.Need("metric"));
        var choose = node.FlagOf("choose");
        if (choose && node.Get("generate") is { } generate)
            throw new ProblemException($"task '{name}' both chooses and generates", generate.Place, "with 'choose: true' the given choices are ranked, and nothing is generated", "remove one of the two");
        var limit = node.Get("limit") is { } rows ? (int?)rows.Number() : null;
        var newTokens = node.Get("generate")?.Get("max_new_tokens") is { } most ? (int)most.Number() : ExperimentShape.DefaultNewTokens;
        return new TaskDefinition(name, paths.Absolute(node.Need("data")), node.TextOf("split"), limit, metrics[0].Name, node.FlagOf("held_out"), node.TextOf("prompt"), newTokens, choose, entry.KeyPlace)
        {
            Metrics = metrics,
        };
    }

    static List<MetricRequest> ReadMetrics(YamlNode node)
    {
        var metrics = new List<MetricRequest>();
        var figures = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in node is YamlList list ? list.Items : [node])
        {
            var metric = ReadMetric(item);
            if (metric.Figures.FirstOrDefault(f => !figures.Add(f)) is { } twin)
                throw new ProblemException($"two metrics of one task give '{twin}'", item.Place, "a task has one figure of a name", "remove one of them");
            metrics.Add(metric);
        }
        return metrics;
    }

    static MetricRequest ReadMetric(YamlNode node)
    {
        var name = node is YamlMap ? node.Need("name").Text() : node.Text();
        var given = node.Entries().Where(e => e.Key != "name" && node.Get(e.Key) is not null)
            .ToDictionary(e => e.Key, e => (IReadOnlyList<string>)(e.Value is YamlList list ? [.. list.Items.Select(i => i.Text())] : [e.Value.Text()]));
        try
        {
            var metric = MetricRequest.Of(name, given);
            if (name == "rouge") _ = metric.Figures.Select(RougeType.Parse).ToList();
            return metric;
        }
        catch (ProblemException e)
        {
            throw new ProblemException(e.Problem with { Where = node.Place }, e);
        }
    }
}
