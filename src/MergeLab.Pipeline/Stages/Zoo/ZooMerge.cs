using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Data.World;
using MergeLab.Merging.Output;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;

namespace MergeLab.Stages.Zoo;

/// <summary>A merge of some of the zoo's adapters, its task vector multiplied by a scale afterwards.</summary>
/// <param name="Method">As in recipes.</param>
/// <param name="Tasks">Whose adapters.</param>
/// <param name="Scale">1 leaves it as the method gives it.</param>
public sealed record ZooMerge(string Method, IReadOnlyList<string> Tasks, double Scale)
{
    /// <summary>GeoMed's sets, by the tasks' numbers in table 2.</summary>
    public static readonly IReadOnlyList<(int Size, IReadOnlyList<string> Tasks)> PaperSets =
    [
        Set(7, 8), Set(8, 9, 10, 18, 19, 20), Set(1, 2, 3, 4, 5, 6, 8, 9, 10, 13, 14, 18, 19, 20, 21), Set([.. Enumerable.Range(1, 21).Where(n => n != 7)]),
    ];

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Method} of {Tasks.Count}") + (Scale == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" × {Scale}"));

    /// <summary>Writes the merge as an adapter folder.</summary>
    /// <exception cref="ProblemException">An adapter is missing.</exception>
    public void Write(ZooLayout zoo, string folder, int threads, CancellationToken cancellation = default)
    {
        var root = Path.GetFullPath(zoo.Root);
        var models = Tasks.Select(t => $"  - model: {{model: {{path: {Quoted(new ZooLayout(root).Base)}}}, lora: {{path: {Quoted(new ZooLayout(root).Adapter(t))}}}}}\n");
        var text = $"merge_method: {Method}\nmodels:\n{string.Concat(models)}output: adapter\ndtype: float32\n";
        using (var merge = PreparedMerge.Open(RecipeReader.Read(text, $"{Name}.yml"), text, path => path, new PlanOptions { Threads = threads, Cancellation = cancellation }))
            merge.Run(new MergeTarget(folder, false, long.MaxValue, threads), null);
        if (Scale == 1) return;
        var file = Path.Combine(folder, AdapterConfig.FileName);
        var config = JsonNode.Parse(File.ReadAllText(file))!;
        config["lora_alpha"] = config["lora_alpha"]!.GetValue<double>() * Scale;
        File.WriteAllText(file, config.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }

    /// <summary>YAML's double-quoted form is JSON's.</summary>
    static string Quoted(string path) => JsonSerializer.Serialize(path);

    static (int, IReadOnlyList<string>) Set(params int[] numbers) => (numbers.Length, [.. numbers.Select(n => TaskTable.All[n - 1].Name)]);
}
