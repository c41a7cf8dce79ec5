using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MergeLab.Core.Errors;

namespace MergeLab.Experiments;

/// <summary>A validated experiment: one YAML file. Paths are absolute, names resolved, grids still folded.</summary>
public sealed record Experiment
{
    public required string Name { get; init; }
    public required string? Title { get; init; }
    public required PaperReference? Paper { get; init; }

    /// <summary>The YAML file, and in it the name.</summary>
    public required Place Place { get; init; }

    public required long Seed { get; init; }

    /// <summary>Folder of the base model.</summary>
    public required string Base { get; init; }

    /// <summary>Folders of LoRA adapters by name, in file order.</summary>
    public required IReadOnlyList<NamedPath> Adapters { get; init; }

    public required IReadOnlyList<TaskDefinition> Tasks { get; init; }
    public required IReadOnlyList<AdapterList> Sets { get; init; }
    public required IReadOnlyList<MergeEntry> Merges { get; init; }

    /// <summary>Merges that recipes of their own describe.</summary>
    public IReadOnlyList<RecipeMerge> Recipes { get; init; } = [];

    /// <summary>Examples evaluated at a time: part of what is computed, since batching moves last bits.</summary>
    public int BatchSize { get; init; } = ExperimentShape.DefaultBatchSize;

    /// <summary>pretrained, individual.</summary>
    public required IReadOnlyList<string> Baselines { get; init; }

    /// <summary>held_out, all, own, or names of tasks.</summary>
    public required IReadOnlyList<string> Evaluate { get; init; }

    public required PublishedFigures? Published { get; init; }

    /// <summary>By metric, and "default": absolute, for comparison across numeric runtimes.</summary>
    public required IReadOnlyDictionary<string, double> Tolerance { get; init; }

    public required IReadOnlyList<TableRequest> Tables { get; init; }
    public required IReadOnlyList<FigureRequest> Figures { get; init; }

    /// <summary>Only in a sweep.</summary>
    public required bool Slow { get; init; }
}

public sealed record PaperReference(string Title, string? Table);

public sealed record NamedPath(string Name, string Path, Place Place);

/// <summary>A named list of adapters.</summary>
/// <param name="Members">Names of adapters, or <c>@</c> and the name of a merge whose result is taken.</param>
public sealed record AdapterList(string Name, IReadOnlyList<string> Members, Place Place);

/// <param name="Name">Name of the task.</param>
/// <param name="Data">JSON lines, CSV or Parquet with input and target, or choices and label.</param>
/// <param name="Split">Value of the field <c>split</c>; null takes every row.</param>
/// <param name="Limit">The first rows of a seeded permutation; null takes all.</param>
/// <param name="Metric">A row of the metric table; rouge gives rouge1, rouge2, rougeL, rougeLsum.</param>
/// <param name="HeldOut">No adapter was trained on it.</param>
/// <param name="Prompt">A template around the input, or null.</param>
/// <param name="MaxNewTokens">For generation.</param>
/// <param name="Choose">Rank the choices instead of generating.</param>
/// <param name="Place">Where it is defined.</param>
public sealed record TaskDefinition(
    string Name, string Data, string? Split, int? Limit, string Metric, bool HeldOut, string? Prompt, int MaxNewTokens, bool Choose, Place Place)
{
    /// <summary>All metrics, the first being <see cref="Metric"/>; predictions are made once and scored by each.</summary>
    public IReadOnlyList<MetricRequest> Metrics { get; init; } = [MetricRequest.Of(Metric)];
}

/// <summary>
/// One line of the grid: a method on sets with parameters, of which arrays are axes and objects give a value for each model by name.
/// </summary>
public sealed record MergeEntry(string Method, IReadOnlyList<string> Sets, JsonObject Parameters, string? Compat, Place Place)
{
    /// <summary>By which a set takes the result as a model: <c>@name</c>.</summary>
    public string? Name { get; init; }
}

/// <summary>A merge that a recipe in mergekit's form describes.</summary>
/// <param name="Name">Of its file; the set of its cells.</param>
/// <param name="Method">Of the recipe's result.</param>
/// <param name="Models">That are merged into the result, the base not counted.</param>
/// <param name="Text">The recipe.</param>
/// <param name="Paths">Absolute, in the order of <see cref="Merging.Recipes.RecipePaths.Of"/>.</param>
/// <param name="Place">Where the experiment names it.</param>
public sealed record RecipeMerge(string Name, string Method, int Models, string Text, IReadOnlyList<string> Paths, Place Place)
{
    /// <summary>Whether the result is an adapter of the experiment's base.</summary>
    public bool IsAdapter { get; init; }

    /// <summary>The published behaviour asked for, or null.</summary>
    public string? Compat { get; init; }
}

/// <summary>A published figure that stands beside ours, never mixed into it.</summary>
public sealed record PublishedFigures(string Setup, IReadOnlyList<PublishedCell> Cells)
{
    /// <summary>What is known of the figures, shown beside them.</summary>
    public string? Note { get; init; }
}

public sealed record PublishedCell(string Method, string? Set, string Task, string Metric, double Value)
{
    /// <summary>The variant of a grid it belongs to: parameters and their values; empty fits all.</summary>
    public JsonObject Parameters { get; init; } = [];

    /// <summary>Where it is written.</summary>
    [JsonIgnore]
    public Place? Place { get; init; }
}

public sealed record TableRequest(string Rows, string Columns, string Metric, string? Task);

public sealed record FigureRequest(string Kind, string X, string Y, string? Series)
{
    /// <summary>The task whose figures are drawn; null for all.</summary>
    public string? Task { get; init; }
}
