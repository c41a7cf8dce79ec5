using System.Text.Json.Nodes;
using MergeLab.Core.Errors;

namespace MergeLab.Experiments;

/// <summary>A validated experiment: one YAML file. Paths are absolute, names resolved, grids still folded.</summary>
public sealed record Experiment
{
    public required string Name { get; init; }
    public required string? Title { get; init; }
    public required PaperReference? Paper { get; init; }

    /// <summary>The YAML file.</summary>
    public required Place Place { get; init; }

    public required long Seed { get; init; }

    /// <summary>Folder of the base model.</summary>
    public required string Base { get; init; }

    /// <summary>Folders of LoRA adapters by name, in file order.</summary>
    public required IReadOnlyList<NamedPath> Adapters { get; init; }

    public required IReadOnlyList<TaskDefinition> Tasks { get; init; }
    public required IReadOnlyList<AdapterList> Sets { get; init; }
    public required IReadOnlyList<MergeEntry> Merges { get; init; }

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
    string Name, string Data, string? Split, int? Limit, string Metric, bool HeldOut, string? Prompt, int MaxNewTokens, bool Choose, Place Place);

/// <summary>One line of the grid: a method on sets with parameters, of which lists are axes.</summary>
public sealed record MergeEntry(string Method, IReadOnlyList<string> Sets, JsonObject Parameters, string? Compat, Place Place);

/// <summary>A published figure that stands beside ours, never mixed into it.</summary>
public sealed record PublishedFigures(string Setup, IReadOnlyList<PublishedCell> Cells);

public sealed record PublishedCell(string Method, string? Set, string Task, string Metric, double Value);

public sealed record TableRequest(string Rows, string Columns, string Metric, string? Task);

public sealed record FigureRequest(string Kind, string X, string Y, string? Series);
