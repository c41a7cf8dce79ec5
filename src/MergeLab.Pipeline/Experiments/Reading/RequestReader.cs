using System.Text.Json.Nodes;
using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;
using MergeLab.Evaluation;
using MergeLab.Merging.Methods;
using MergeLab.Reporting.Sections;

namespace MergeLab.Experiments.Reading;

/// <summary>What is asked of an experiment's results: what is evaluated, tolerated, tabulated and drawn.</summary>
sealed class RequestReader(Experiment experiment)
{
    readonly Known tasks = new("task", [.. EvaluatedTasks.Of(experiment)]);
    readonly Known figures = new("metric", [.. EvaluatedTasks.Of(experiment).SelectMany(t => experiment.Tasks.First(d => d.Name == t).Metrics).SelectMany(m => m.Figures).Distinct()]);
    readonly Known dimensions = new("dimension",
        [.. ExperimentShape.Dimensions, .. experiment.Merges.SelectMany(m => MethodTable.Find(m.Method)!.Parameters.Select(p => p.Name)).Distinct()]);

    public TableRequest Table(YamlNode node)
    {
        var known = new Known("dimension", TableSection.Dimensions);
        var table = new TableRequest(known.Name(node.Need("rows")), known.Name(node.Need("columns")), figures.Name(node.Need("metric")), Task(node));
        return table.Rows != table.Columns ? table
            : throw new ProblemException($"rows and columns are both '{table.Rows}'", node.Place, remedy: "choose another dimension for one of them");
    }

    public FigureRequest Figure(YamlNode node) => new(
        node.Need("kind").Text(), dimensions.Name(node.Need("x")), figures.Name(node.Need("y")), node.Get("series") is { } series ? dimensions.Name(series) : null)
    {
        Task = Task(node),
    };

    string? Task(YamlNode node) => node.Get("task") is { } task ? tasks.Name(task) : null;

    public PublishedFigures? Published(YamlNode? node)
    {
        if (node is null) return null;
        var cells = new List<PublishedCell>();
        var seen = new Dictionary<(string, string?, string, string, string), Place>();
        foreach (var item in node.Need("cells").Items())
        {
            var cell = Cell(item);
            var key = (cell.Method, cell.Set, cell.Task, cell.Metric, cell.Parameters.ToJsonString());
            if (!seen.TryAdd(key, item.Place))
                throw new ProblemException("a figure is given twice", item.Place, $"it stands already in line {seen[key].Line}", "remove one of the two");
            cells.Add(cell);
        }
        return new PublishedFigures(node.Need("setup").Text(), cells) { Note = node.Get("note")?.Text() };
    }

    PublishedCell Cell(YamlNode node)
    {
        var method = new Known("method", [.. experiment.Merges.Select(m => m.Method).Concat(experiment.Baselines).Distinct()]).Name(node.Need("method"));
        var merges = experiment.Merges.Where(m => m.Method == method);
        string[] sets = method switch
        {
            "pretrained" => [EvaluateCell.PretrainedSet],
            "individual" => [.. experiment.Adapters.Select(a => a.Name)],
            _ => [.. merges.SelectMany(m => m.Sets).Distinct()],
        };
        var set = node.Get("set") is { } named ? new Known($"set of {method}", sets).Name(named) : null;
        var task = tasks.Name(node.Need("task"));
        var metric = new Known($"metric of {task}", [.. experiment.Tasks.First(t => t.Name == task).Metrics.SelectMany(m => m.Figures)]).Name(node.Need("metric"));
        var parameters = new JsonObject();
        foreach (var entry in node.Get("parameters").Entries())
        {
            new Known($"parameter of {method}", ["compat", .. MethodTable.Find(method)?.Parameters.Select(p => p.Name) ?? []]).Name(entry.Key, entry.KeyPlace);
            parameters[entry.Key] = entry.Value.Json();
        }
        return new PublishedCell(method, set, task, metric, node.Need("value").Number()) { Parameters = parameters, Place = node.Place };
    }

    /// <summary>By figure, and "default". A metric's name stands for all its figures that are not named themselves.</summary>
    public static SortedDictionary<string, double> Tolerance(YamlNode? node)
    {
        var tolerance = new SortedDictionary<string, double>(StringComparer.Ordinal) { ["default"] = 0.01 };
        var families = MetricTable.All.ToDictionary(m => m.Name, m => MetricRequest.FiguresOf(m.Name));
        var known = new Known("metric", [.. families.SelectMany(f => f.Value.Append(f.Key)).Append("default").Distinct()]);
        foreach (var entry in node.Entries()) known.Name(entry.Key, entry.KeyPlace);
        foreach (var entry in node.Entries())
            foreach (var figure in families.GetValueOrDefault(entry.Key, [])) tolerance[figure] = entry.Value.Number();
        foreach (var entry in node.Entries().Where(e => !families.TryGetValue(e.Key, out var own) || own.Contains(e.Key))) tolerance[entry.Key] = entry.Value.Number();
        return tolerance;
    }
}
