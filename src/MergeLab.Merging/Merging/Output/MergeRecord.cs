using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Methods;
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

    /// <summary>Every parameter of the merge as a whole and its value, defaults included; "varies" where it differs between tensors.</summary>
    public required IReadOnlyDictionary<string, object> Parameters { get; init; }

    public required string Output { get; init; }
    public required string? BaseModel { get; init; }
    public required IReadOnlyList<Input> Models { get; init; }

    /// <summary>Coefficients, where the merge is a weighted sum of adapters; else null.</summary>
    public IReadOnlyList<Group>? Groups { get; init; }

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>A merged model, and its weight where the recipe sets one.</summary>
    public sealed record Input(string Model, double? Weight);

    /// <summary>Matrices with one set of coefficients, in the order of the models.</summary>
    public sealed record Group(string Name, IReadOnlyList<string> Tensors, double[] Coefficients, string? Solution, double? Objective, int? Iterations, bool? Converged);

    /// <summary>Of any merge.</summary>
    public static MergeRecord Of(Recipe recipe) => new()
    {
        Method = recipe.Method.Name,
        Compat = recipe.Compat,
        Parameters = ParametersOf(recipe),
        Output = recipe.Output.ToString().ToLowerInvariant(),
        BaseModel = recipe.BaseModel?.ToString(),
        Models = [.. recipe.Models.Select(m => new Input(m.Reference.ToString(), m.Parameters.Number("weight") ?? recipe.Parameters.Number("weight")))],
    };

    /// <summary>Of a merge in factor space.</summary>
    public static MergeRecord OfAdapters(Recipe recipe, AdapterSet inputs, IReadOnlyList<MergeGroup> groups) => Of(recipe) with
    {
        Groups = groups.Count == 0 ? null : [.. groups.Select(g => GroupOf(g, m => inputs.Matrices[m].Tensor.Name))],
    };

    /// <param name="group">The coefficients.</param>
    /// <param name="name">Of a tensor by its index in the merge.</param>
    internal static Group GroupOf(MergeGroup group, Func<int, string> name) => new(
        group.Name, [.. group.Matrices.Select(name)], group.Coefficients,
        group.Median?.Kind.ToString().ToLowerInvariant(), group.Median?.Objective, group.Median?.Iterations, group.Median?.Converged);

    static SortedDictionary<string, object> ParametersOf(Recipe recipe)
    {
        var values = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var parameter in recipe.Method.Parameters.Where(p => !p.PerModel))
        {
            if (recipe.Parameters.ByName.TryGetValue(parameter.Name, out var setting)) values.Add(parameter.Name, Value(parameter, setting));
            else if (parameter.DefaultWith(recipe.Compat) is { } text) values.Add(parameter.Name, parameter.ReadDefault(text));
        }
        return values;
    }

    static object Value(MethodParameter parameter, ParameterSetting setting) => setting.Choices switch
    {
        [{ IsForAll: true, Word: { } word }] => word,
        [{ IsForAll: true, Knots: [var number] }] => parameter.Flag ? number != 0 : number,
        _ => "varies",
    };

    public string ToJson() => JsonSerializer.Serialize(this, Form) + "\n";
}
