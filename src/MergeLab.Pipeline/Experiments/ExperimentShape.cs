using MergeLab.Evaluation;
using MergeLab.Experiments.Shapes;
using MergeLab.Merging.Methods;
using MergeLab.Reporting.Sections;

namespace MergeLab.Experiments;

/// <summary>The experiment file as one description, from which the reader checks and the JSON schema is written.</summary>
static class ExperimentShape
{
    public const int DefaultBatchSize = 32;
    public const int DefaultNewTokens = 32;
    const int MostRows = 10_000_000;

    /// <summary>Whole numbers above are not exact in JSON.</summary>
    const double MostSeed = 9_007_199_254_740_991;

    public static IReadOnlyList<string> Baselines { get; } = ["pretrained", "individual"];

    public static IReadOnlyList<string> TaskWords { get; } = ["held_out", "all", "own"];

    /// <summary>What rows, columns, axes and series of tables and figures can run over, besides parameters of methods.</summary>
    public static IReadOnlyList<string> Dimensions { get; } = ["method", "set", "models", "task", "metric", "variant"];

    public static IReadOnlyList<string> FigureKinds => FigureChart.Kinds;

    static readonly TextShape Text = new();
    static readonly FlagShape Flag = new();
    static readonly NumberShape Number = new();

    static readonly MapShape Paper = new(
    [
        new("title", Text, "Title of the paper", Required: true),
        new("table", new TextShape(OrNumber: true), "The table or figure that is reproduced"),
    ]);

    static readonly ChoiceShape MetricName = new([.. MetricTable.All.Select(m => m.Name)], "metric");

    static readonly MapShape MetricWithOptions = new([new("name", MetricName, "The metric", Required: true)])
    {
        By = new("name", MetricTable.All.ToDictionary(m => m.Name, m => (IReadOnlyList<Key>)[.. m.Options.Select(o => new Key(o.Name, OptionShape(o), o.Description))])),
    };

    static readonly MapShape Task = new(
    [
        new("data", Text, "JSON lines, CSV or Parquet with input and target, or choices and label", Required: true),
        new("split", Text, "Takes the rows whose field 'split' says so; without it every row"),
        new("limit", new NumberShape(1, MostRows, Whole: true), "Takes the first rows of a seeded permutation"),
        new("metric", new EitherShape(MetricName, MetricWithOptions, new ListShape(new EitherShape(MetricName, MetricWithOptions))), "One or more metrics", Required: true),
        new("held_out", Flag, "No adapter was trained on it"),
        new("prompt", Patterns.PromptText, "A template around {input}"),
        new("generate", new MapShape([new("max_new_tokens", new NumberShape(1, 4096, Whole: true), $"Longest answer; {DefaultNewTokens} without it")]), "How answers are generated"),
        new("choose", Flag, "Rank the choices instead of generating"),
    ]);

    static readonly MapShape Merge = new(
    [
        new("method", new ChoiceShape([.. MethodTable.All.Select(m => m.Name)], "method"), "The merging method", Required: true),
        new("name", Patterns.NameText, "A name by which sets take the result as a model: \"@name\""),
        new("sets", new ListShape(Patterns.NameText), "What is merged: names of sets", Required: true),
    ])
    {
        By = new("method", MethodTable.All.ToDictionary(m => m.Name, MethodKeys)),
    };

    static readonly MapShape Published = new(
    [
        new("setup", Text, "Models and data the figures are of", Required: true),
        new("note", Text, "What is known of the figures, shown beside them"),
        new("cells", new ListShape(new MapShape(
        [
            new("method", Text, "A method of the merges, or a baseline", Required: true),
            new("set", Text, "A set; without it every set of the method"),
            new("task", Text, "An evaluated task", Required: true),
            new("metric", Text, "A figure of the task's metrics, such as rouge1", Required: true),
            new("value", Number, "The published figure", Required: true),
            new("parameters", new NamedMapShape(Text, new EitherShape(Text), "parameter"), "The variant of a grid it belongs to"),
        ])), "The figures", Required: true),
    ]);

    static readonly MapShape Table = new(
    [
        new("rows", Text, "method, set or task", Required: true),
        new("columns", Text, "As rows", Required: true),
        new("metric", Text, "The figure in the cells", Required: true),
        new("task", Text, "The task; without it all"),
    ]);

    static readonly MapShape Figure = new(
    [
        new("kind", new ChoiceShape(FigureKinds, "kind of figure"), "line or bar", Required: true),
        new("x", Text, "method, set, models, task, metric, variant or a parameter", Required: true),
        new("y", Text, "A figure such as rouge1", Required: true),
        new("series", Text, "As x: one line, or one group of bars, for each value"),
        new("task", Text, "The task; without it all"),
    ]);

    static readonly MapShape Evaluate = new(
    [
        new("tasks", new EitherShape(Text, List: new ListShape(Text)), "held_out, all, own (each adapter's task of the same name), or a list of tasks"),
        new("batch_size", new NumberShape(1, 4096, Whole: true), $"Examples at a time; {DefaultBatchSize} without it. It moves last bits, and so belongs to the experiment"),
    ]);

    public static MapShape Root { get; } = new(
    [
        new("name", Patterns.NameText, "Identity: unique over all experiments, the folder in results/, the build target", Required: true),
        new("title", Text, "Title of the report"),
        new("paper", Paper, "What is reproduced"),
        new("seed", new NumberShape(0, MostSeed, Whole: true), "Of everything random; 0 without it"),
        new("base", Text, "Folder of the base model, relative to this file", Required: true),
        new("adapters", new NamedMapShape(Patterns.NameText, Text, "adapter"), "Folders of LoRA adapters by name", Required: true),
        new("tasks", new NamedMapShape(Patterns.NameText, Task, "task"), "Data sets by name", Required: true),
        new("sets", new NamedMapShape(Patterns.NameText, new ListShape(new EitherShape(Patterns.MemberText, new MapShape([new("model", Patterns.MemberText, "The model", Required: true)]))), "set"),
            "Named lists of adapters"),
        new("merges", new ListShape(Merge), "The grid: methods × sets × parameters"),
        new("recipes", new ListShape(Text), "Recipes in mergekit's form, files relative to this one: each is a merge, named as its file"),
        new("baselines", new ListShape(new ChoiceShape(Baselines, "baseline"), Least: 0), "The base itself, and each adapter alone"),
        new("evaluate", Evaluate, "What every merge and baseline is evaluated on; all tasks without it"),
        new("published", Published, "Figures of a paper that stand beside ours"),
        new("tolerance", new NamedMapShape(Text, new NumberShape(0), "metric"), "Absolute, by metric, for comparison across numeric runtimes"),
        new("tables", new ListShape(Table, Least: 0), "Tables of the report"),
        new("figures", new ListShape(Figure, Least: 0), "Figures of the report"),
        new("slow", Flag, "Runs only in a sweep"),
    ])
    {
        Refused = new Dictionary<string, string> { ["models"] = "full fine-tunes cannot be merged yet; 'adapters' names LoRA adapters" },
    };

    static IReadOnlyList<Key> MethodKeys(Method method)
    {
        var keys = new List<Key>();
        if (method.Parameters.Count > 0)
            keys.Add(new("parameters", new MapShape([.. method.Parameters.Select(p => new Key(p.Name, ParameterShape(p), Meaning(p)))]), "What the method can be told; a list is an axis of the grid"));
        if (method.Compat.Count > 0) keys.Add(new("compat", new ChoiceShape(method.Compat, "compat mode"), "A published implementation's behaviour in place of the exact one"));
        return keys;
    }

    static EitherShape ParameterShape(MethodParameter parameter)
    {
        Shape one = parameter.Words is { } words ? new ChoiceShape(words) : parameter.Flag ? Flag : new NumberShape(parameter.Least, parameter.Most, parameter.Whole);
        return new EitherShape(one, parameter.PerModel ? new NamedMapShape(Patterns.MemberText, one, "model") : null, new ListShape(one));
    }

    static string Meaning(MethodParameter parameter) =>
        parameter.Meaning + (parameter.OnlyWith is { } mode ? $" (only with compat: {mode})" : parameter.PerModel ? " (one value for all models, or values by name)" : "");

    static Shape OptionShape(MetricOption option) => option.Kind switch
    {
        MetricOptionKind.Flag => Flag,
        MetricOptionKind.WholeNumber => new NumberShape(option.Least, option.Most, Whole: true),
        MetricOptionKind.Number => new NumberShape(option.Least, option.Most),
        MetricOptionKind.Choice => new ChoiceShape(option.Choices!),
        MetricOptionKind.Texts => new ListShape(Text),
        _ => Text,
    };
}
