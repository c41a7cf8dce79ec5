using System.Text.RegularExpressions;

namespace MergeLab.Cli.Tests.Habits;

/// <summary>The layers of src/, and what in a source file breaks their order.</summary>
static partial class Layers
{
    /// <summary>Each may use only those before it.</summary>
    public static readonly string[] InOrder =
    [
        "Core", "Tables", "Tensors", "Checkpoints", "Hub", "Merging", "Data", "Models",
        "Evaluation", "Store", "Results", "Reporting", "Experiments", "Stages", "Execution", "Cli",
    ];

    /// <summary>Projects that hold several layers, one a folder, with the first of them; the others are one layer, which their name ends with.</summary>
    static readonly Dictionary<string, string> FirstOfShared = new() { ["MergeLab.Merging"] = "Checkpoints", ["MergeLab.Pipeline"] = "Tables" };

    /// <summary>
    /// The layer a file belongs to by where it lies, e.g. "Merging" for src/MergeLab.Merging/Merging/Rule.cs; null where there is none.
    /// What lies beside the folders of a shared project, such as global usings, reaches all of its layers and so counts as the first.
    /// </summary>
    public static string? Of(string file)
    {
        if (file.Split('/') is not ["src", var project, .. var rest]) return null;
        if (!FirstOfShared.TryGetValue(project, out var first)) return project["MergeLab.".Length..];
        return rest.Length > 1 ? rest[0] : first;
    }

    /// <summary>What is wrong with a file, in words; empty where nothing is.</summary>
    public static IEnumerable<string> Violations(string file, string text)
    {
        if (Of(file) is not { } layer || Array.IndexOf(InOrder, layer) is var own && own < 0)
        {
            yield return $"{file}: lies in no layer";
            yield break;
        }
        var code = NotCode().Replace(text, " ");
        foreach (var name in Declared().Matches(code).Select(m => m.Groups[1].Value).Where(n => n != layer).Distinct())
            yield return $"{file}: declares namespace MergeLab.{name} in the folder of {layer}";
        foreach (var name in Used().Matches(code).Select(m => m.Groups[1].Value).Distinct())
            if (Array.IndexOf(InOrder, name) > own) yield return $"{file}: {layer} uses {name}, which stands below it";
    }

    /// <summary>Comments and string literals: mentioning a layer is not using it.</summary>
    [GeneratedRegex("""//[^\n]*|/\*[\s\S]*?\*/|\"{3,}[\s\S]*?\"{3,}|@\"(?:[^\"]|\"\")*\"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'""")]
    private static partial Regex NotCode();

    [GeneratedRegex(@"\bnamespace\s+MergeLab\.(\w+)")]
    private static partial Regex Declared();

    [GeneratedRegex(@"\bMergeLab\s*\.\s*(\w+)")]
    private static partial Regex Used();
}
