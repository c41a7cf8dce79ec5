using System.Text.Json.Serialization;
using MergeLab.Results;
using MergeLab.Results.Comparison;

namespace MergeLab.Reporting;

/// <summary>All that a report shows. Equal models give equal bytes.</summary>
public sealed record ReportModel
{
    public required string Experiment { get; init; }
    public string? Title { get; init; }
    public ReportPaper? Paper { get; init; }
    public long Seed { get; init; }

    [JsonIgnore] public ResultSet Results { get; init; } = new([], []);

    /// <summary>What the report's first sentence answers; null asks for the first two methods of <see cref="Methods"/>.</summary>
    public ReportQuestion? Question { get; init; }

    /// <summary>Methods in the order they are shown; others follow by name.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Names of methods that are compared with, not studied.</summary>
    public IReadOnlyList<string> Baselines { get; init; } = ["pretrained", "individual"];

    /// <summary>What is known of the published figures, in prose.</summary>
    public string? PublishedNote { get; init; }

    /// <summary>Empty asks for methods by sets.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    public IReadOnlyList<ReportFigure> Figures { get; init; } = [];
    public IReadOnlyList<ReportStage> Stages { get; init; } = [];

    /// <summary>The last run against the snapshot; null where nothing was accepted yet.</summary>
    [JsonIgnore] public DiffReport? Diff { get; init; }

    /// <summary>Runtime, versions, command: whatever lets a reader do it again.</summary>
    public IReadOnlyList<ReportFact> Provenance { get; init; } = [];

    /// <summary>When the run was, ISO 8601; the only time in a report. Null leaves it out.</summary>
    public string? Time { get; init; }
}

public sealed record ReportPaper(string Title, string? Table = null);

/// <summary>Is one method better than another on a set? Null parts: the first task and metric of the tables, the largest set both have.</summary>
public sealed record ReportQuestion(string Method, string Against, string? Metric = null, string? Task = null, string? Set = null);

/// <param name="Rows">method, set or task.</param>
/// <param name="Columns">The same, another.</param>
/// <param name="Task">Only this one; null gives a table for each that is not a row or column.</param>
public sealed record ReportTable(string Rows, string Columns, string Metric, string? Task = null);

/// <param name="Kind">One of <see cref="HtmlReport.FigureKinds"/>.</param>
/// <param name="X">models, or the name of a varied parameter.</param>
/// <param name="Y">A metric.</param>
/// <param name="Series">method or set; null for method.</param>
/// <param name="Task">Only this one; null draws each.</param>
/// <param name="Note">The author's, under the figure.</param>
public sealed record ReportFigure(string Kind, string X, string Y, string? Series = null, string? Task = null, string? Note = null);

/// <param name="State">ran, cached, failed, skipped.</param>
/// <param name="Needs">Ids.</param>
public sealed record ReportStage(string Id, string Kind, string State, double Seconds, string Key, IReadOnlyList<string> Needs);

public sealed record ReportFact(string Name, string Value);
