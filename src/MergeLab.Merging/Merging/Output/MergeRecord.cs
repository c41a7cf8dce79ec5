using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Output;

/// <summary>What a merge did, for people and programs: written beside the result as <c>mergelab.json</c>.</summary>
public sealed record MergeRecord
{
    public const string FileName = "mergelab.json";

    static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public required string Method { get; init; }
    public required string? Compat { get; init; }
    public required string? Granularity { get; init; }
    public required string LoraScale { get; init; }
    public required string Output { get; init; }
    public required string BaseModel { get; init; }
    public required IReadOnlyList<Input> Models { get; init; }
    public required IReadOnlyList<Group> Groups { get; init; }

    /// <summary>A merged model.</summary>
    public sealed record Input(string Model, double Weight);

    /// <summary>Matrices with one set of coefficients, in the order of the models.</summary>
    public sealed record Group(string Name, IReadOnlyList<string> Tensors, double[] Coefficients, string? Solution, double? Objective, int? Iterations, bool? Converged);

    public static MergeRecord Of(Recipe recipe, AdapterSet inputs, IReadOnlyList<MergeGroup> groups)
    {
        var median = recipe.Method == Methods.MethodTable.GeometricMedian;
        return new MergeRecord
        {
            Method = recipe.Method.Name,
            Compat = recipe.Paper is null ? null : "paper",
            Granularity = median ? recipe.Granularity.ToString().ToLowerInvariant() : null,
            LoraScale = recipe.PeftScale ? "peft" : "none",
            Output = recipe.Output.ToString().ToLowerInvariant(),
            BaseModel = recipe.BaseModel?.Model ?? recipe.Models[0].Reference.Model,
            Models = [.. recipe.Models.Select(m => new Input(m.Reference.ToString(), m.Weight))],
            Groups =
            [
                .. groups.Select(g => new Group(
                    g.Name, [.. g.Matrices.Select(m => inputs.Matrices[m].Tensor.Name)], g.Coefficients,
                    g.Median?.Kind.ToString().ToLowerInvariant(), g.Median?.Objective, g.Median?.Iterations, g.Median?.Converged)),
            ],
        };
    }

    public string ToJson() => JsonSerializer.Serialize(this, Form) + "\n";
}
