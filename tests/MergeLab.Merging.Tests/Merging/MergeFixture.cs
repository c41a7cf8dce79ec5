using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;
using MergeLab.Merging.Output;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Tests.Checkpoints;

namespace MergeLab.Merging.Tests.Merging;

/// <summary>Merges recorded adapters through recipes, into a folder of a test's own.</summary>
sealed class MergeFixture : IDisposable
{
    readonly ScratchFolder scratch = new();

    public string Root => scratch.Path;

    /// <summary>Merges adapters of goldens by a recipe's other lines; returns the folder written.</summary>
    public string Merge(string baseName, string[] cases, string lines, string name = "out", int threads = 2)
    {
        Run(Recipe(baseName, [.. cases.Select(c => Path.Combine(AdapterGoldens.Case(c), "adapter"))], lines), name, threads);
        return scratch.File(name);
    }

    /// <summary>Merges one adapter folder into a base.</summary>
    public string Apply(string baseName, string adapter, string lines = "")
    {
        Run(Recipe(baseName, [adapter], "merge_method: average\n" + lines), "applied", 2);
        return scratch.File("applied");
    }

    public MergeRecord Run(Recipe recipe, string name, int threads, Action<long>? written = null, CancellationToken cancellation = default)
    {
        using var merge = PreparedMerge.Open(recipe, "", path => path, new PlanOptions { Threads = threads, Cancellation = cancellation });
        return merge.Run(new MergeTarget(scratch.File(name), false, 5_000_000_000, threads), written);
    }

    public static Recipe Recipe(string baseName, IReadOnlyList<string> adapters, string lines)
    {
        var model = AdapterGoldens.Base(baseName);
        var models = string.Concat(adapters.Select(a => $"  - model: {{model: '{model}', lora: '{a}'}}\n"));
        return RecipeReader.Read($"base_model: '{model}'\nmodels:\n{models}{lines}\n", "recipe.yml");
    }

    public static Dictionary<string, float[]> Tensors(string path)
    {
        using var model = Checkpoint.OpenAny(path);
        return model.Tensors.ToDictionary(t => t.Name, t => Values(model, t));
    }

    public static float[] Values(Checkpoint model, TensorInfo tensor)
    {
        var values = new float[tensor.Count];
        Elements.ToSingle(tensor.DType, model.Locate(tensor.Name).File.Bytes(tensor), values);
        return values;
    }

    public static byte[] Bytes(string folder) => File.ReadAllBytes(Path.Combine(folder, Checkpoint.SingleFile));

    public void Dispose() => scratch.Dispose();
}
