using System.Text.Json;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Tests.Recipes;

/// <summary>Recipes that the reference ran, and wrong ones. Paths in them count from the folder.</summary>
static class RecipeGoldens
{
    public static string Root { get; } = Repository.Golden("recipes");

    /// <summary>Recorded by other tools than the merger of recipes.</summary>
    public static IReadOnlyList<string> OtherTools { get; } = ["extract-lora", "extract-lora-embed", "extract-lora-epsilon", "moe-random", "moe-residual"];

    public static IReadOnlyList<string> Good { get; } =
        [.. Directory.GetDirectories(Path.Combine(Root, "cases")).Select(f => Path.GetFileName(f)!).Except(OtherTools).Order(StringComparer.Ordinal)];

    public static string Case(string name, string file) => Path.Combine(Root, "cases", name, file);

    public static string Text(string name) => File.ReadAllText(Case(name, "recipe.yaml"));

    public static RecipeFile Read(string name) => RecipeFile.Read(Text(name), $"{name}.yaml");

    public static string Resolve(string path) => Path.Combine(Root, path);

    /// <summary>Name, type, shape and digest of what the reference wrote, in the order of its files.</summary>
    public static IReadOnlyList<RecordedTensor> Tensors(string name) => [.. File.ReadLines(Case(Recorded(name), "tensors.jsonl")).Select(RecordedTensor.Parse)];

    /// <summary>The recorded values of a case: of all tensors, or of a sample of each.</summary>
    public static (string File, bool IsSample) Values(string name)
    {
        var whole = Case(Recorded(name), "tensors.safetensors");
        return File.Exists(whole) ? (whole, false) : (Case(Recorded(name), "sample.safetensors"), true);
    }

    /// <summary>The case that holds what this one gave: another where both gave the same.</summary>
    static string Recorded(string name)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Case(name, "expected.json")));
        return expected.RootElement.GetProperty("output").TryGetProperty("tensors_same_as", out var other) ? other.GetString()! : name;
    }

    public static IReadOnlyList<WrongRecipe> Wrong { get; } = [.. File.ReadLines(Path.Combine(Root, "invalid.jsonl")).Select(WrongRecipe.Parse)];
}

sealed record RecordedTensor(string Name, string DType, IReadOnlyList<long> Shape, string Digest)
{
    public static RecordedTensor Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var fields = json.RootElement;
        return new RecordedTensor(fields[0].GetString()!, fields[1].GetString()!, [.. fields[2].EnumerateArray().Select(d => d.GetInt64())], fields[3].GetString()!);
    }
}

/// <param name="Id">Name of the case.</param>
/// <param name="Yaml">The file; null where it does not exist.</param>
/// <param name="Ours">What should become of it: error, warning or accept.</param>
/// <param name="Arguments">How the reference was called.</param>
sealed record WrongRecipe(string Id, string? Yaml, string Ours, IReadOnlyList<string> Arguments)
{
    public static WrongRecipe Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var fields = json.RootElement;
        return new WrongRecipe(fields.GetProperty("id").GetString()!, fields.GetProperty("yaml").GetString(), fields.GetProperty("ours").GetString()!,
            [.. fields.GetProperty("argv").EnumerateArray().Select(a => a.GetString()!)]);
    }
}
