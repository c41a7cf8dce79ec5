using System.Text.Json;
using System.Text.Json.Nodes;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Output;

/// <summary>Where and how a merge writes.</summary>
/// <param name="Target">The folder to appear.</param>
/// <param name="Overwrite">Replace a model or adapter of that name.</param>
/// <param name="ShardSize">Most bytes in one weight file.</param>
/// <param name="Threads">Worker threads; the bytes do not depend on them.</param>
public sealed record MergeTarget(string Target, bool Overwrite, long ShardSize, int Threads);

/// <summary>Carries out a recipe: coefficients first, then one streaming pass to the result.</summary>
public static class Merger
{
    /// <param name="recipe">What to do.</param>
    /// <param name="inputs">The opened models.</param>
    /// <param name="target">Where to write.</param>
    /// <param name="written">Told the bytes of tensors as they are finished.</param>
    /// <param name="cancellation">Leaves nothing behind.</param>
    /// <exception cref="ProblemException">The target is in the way, or one of the inputs.</exception>
    public static MergeRecord Run(Recipe recipe, AdapterSet inputs, MergeTarget target, Action<long>? written, CancellationToken cancellation)
    {
        RefuseInput(target.Target, inputs);
        FolderTransaction.CheckTarget(target.Target, target.Overwrite);
        var groups = CoefficientRule.Choose(recipe, inputs.Matrices, target.Threads, cancellation);
        var record = MergeRecord.Of(recipe, inputs, groups);
        if (recipe.Output == OutputForm.Adapter) WriteAdapter(recipe, inputs, groups, record, target, written, cancellation);
        else WriteDense(recipe, inputs, groups, record, target, written, cancellation);
        return record;
    }

    /// <summary>Replacing a folder deletes what it held, inputs in its subfolders too.</summary>
    static void RefuseInput(string target, AdapterSet inputs)
    {
        var replaced = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target)) + Path.DirectorySeparatorChar;
        foreach (var folder in inputs.Adapters.Select(a => a.Folder).Prepend(inputs.Base.Folder).OfType<string>())
        {
            if (!(Path.GetFullPath(folder) + Path.DirectorySeparatorChar).StartsWith(replaced, StringComparison.Ordinal)) continue;
            throw new ProblemException("the result would replace one of its inputs", new Place(target), $"{folder} is merged", "write to another folder");
        }
    }

    static void WriteAdapter(
        Recipe recipe, AdapterSet inputs, IReadOnlyList<MergeGroup> groups, MergeRecord record, MergeTarget target, Action<long>? written, CancellationToken cancellation)
    {
        var options = new LoraAdapterOptions
        {
            BaseModel = inputs.Adapters[0].Config.BaseModel ?? record.BaseModel,
            TaskType = inputs.Adapters[0].Config.TaskType,
            FanInFanOut = inputs.Adapters[0].Config.FanInFanOut,
            DType = recipe.DType ?? DType.F32,
            Overwrite = target.Overwrite,
            Files = new Dictionary<string, string> { [MergeRecord.FileName] = record.ToJson() },
        };
        MergedAdapter.Write(target.Target, inputs, groups, recipe.PeftScale, options, written, cancellation);
    }

    static void WriteDense(
        Recipe recipe, AdapterSet inputs, IReadOnlyList<MergeGroup> groups, MergeRecord record, MergeTarget target, Action<long>? written, CancellationToken cancellation)
    {
        using var merged = new MergedModel(inputs.Base, inputs.Matrices, groups, recipe.PeftScale, recipe.DType);
        var options = new CheckpointWriterOptions { ShardSize = target.ShardSize, Overwrite = target.Overwrite, CopyFrom = inputs.Base.Folder };
        using var writer = CheckpointWriter.Create(target.Target, merged.Tensors, options);
        if (recipe.DType is { } type && inputs.Base.Folder is { } folder) StateType(writer, Path.Combine(folder, Checkpoint.ConfigFile), type);
        writer.AddFile(MergeRecord.FileName, record.ToJson());
        ModelCopy.Write(merged, writer, target.Threads, written, cancellation);
        cancellation.ThrowIfCancellationRequested();
        writer.Commit();
    }

    /// <summary>The copied config names the base's type; loaders believe it.</summary>
    static void StateType(CheckpointWriter writer, string config, DType type)
    {
        if (!File.Exists(config) || JsonNode.Parse(File.ReadAllText(config)) is not JsonObject json) return;
        foreach (var key in new[] { "torch_dtype", "dtype" })
            if (json.ContainsKey(key)) json[key] = type.TorchName();
        writer.AddFile(Checkpoint.ConfigFile, json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }
}
