using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MergeLab.Experiments.Parameters;

/// <summary>
/// Typed parameters of stages and the JSON they stand as in <see cref="StageNode.Parameters"/>. Absent values are left out, so that a
/// parameter added later changes no key of stages that do not use it.
/// </summary>
public static class StageParameters
{
    static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static JsonObject Write<T>(T parameters) where T : class => JsonSerializer.SerializeToNode(parameters, Options)!.AsObject();

    /// <exception cref="JsonException">The JSON is of another kind of stage.</exception>
    public static T Read<T>(StageNode node) where T : class =>
        node.Parameters.Deserialize<T>(Options) ?? throw new JsonException($"no parameters of {node.Kind}");
}

/// <summary>Of a vectors stage: normalised factors and Gram matrices of one adapter.</summary>
/// <param name="LoraScale">peft: (alpha/r)·B·A; none: B·A.</param>
public sealed record VectorsParameters(string LoraScale);

/// <summary>Of a merge stage. The models are its needs <c>model/0</c>, <c>model/1</c>, …, the base its file <c>base</c>.</summary>
/// <param name="Method">A row of the method table.</param>
/// <param name="Compat">A published behaviour in place of the exact one, or null.</param>
/// <param name="Settings">Every parameter, defaults included; for parameters set for single models an array, a value for each.</param>
/// <param name="Output">adapter, or dense where the result is no adapter.</param>
/// <param name="RandomSeed">The experiment's seed.</param>
/// <param name="Recipe">In place of settings a recipe, whose models are the files <c>model/0</c>, <c>model/1</c>, … in the order it mentions them.</param>
public sealed record MergeParameters(string Method, string? Compat, JsonObject Settings, string Output, long RandomSeed, string? Recipe = null);

/// <summary>
/// Of an evaluate stage. The model is its file <c>base</c> with, where there is one, its need <c>merge</c> (an adapter) or its file
/// <c>adapter</c>; the rows are its file <c>data</c>.
/// </summary>
/// <param name="Split">Takes the rows of this split; null takes every row.</param>
/// <param name="Limit">Takes the first rows of a permutation; null takes all, in file order.</param>
/// <param name="Seed">Of the permutation; null without a limit.</param>
/// <param name="Metrics">What answers are scored by.</param>
/// <param name="Prompt">A template around {input}, or null.</param>
/// <param name="Choose">Rank the choices instead of generating.</param>
/// <param name="Generate">How answers are generated; null where they are chosen.</param>
/// <param name="BatchSize">Examples at a time.</param>
public sealed record EvaluateParameters(
    string? Split, int? Limit, long? Seed, IReadOnlyList<MetricRequest> Metrics, string? Prompt, bool Choose, GenerateSettings? Generate, int BatchSize);

/// <summary>Greedy generation.</summary>
public sealed record GenerateSettings(int MaxNewTokens);

/// <summary>Of a report stage: all that the report prints besides what the stages it needs have found. The one stage whose output names things.</summary>
/// <param name="Cells">Entry <c>i</c> names the figures of the need <c>evaluate/i</c>.</param>
public sealed record ReportParameters(
    string Experiment, string? Title, PaperReference? Paper, PublishedFigures? Published, IReadOnlyDictionary<string, double> Tolerance,
    IReadOnlyList<TableRequest> Tables, IReadOnlyList<FigureRequest> Figures, IReadOnlyList<ReportCell> Cells);

/// <summary>A cell as a report prints it.</summary>
/// <param name="Merge">Number of the need <c>merge/…</c> that made the model; null for the base and single adapters.</param>
public sealed record ReportCell(
    string Method, string Variant, string SetName, int Models, string Task, string Split, IReadOnlyList<string> Metrics, int? Merge,
    IReadOnlyDictionary<string, double> Published);
