using System.Collections.Concurrent;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;
using MergeLab.Merging.Draws;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Tests.Recipes;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Tests.Planning;

/// <summary>Runs a file of recipes: earlier stages into a folder, the last into memory.</summary>
sealed class GoldenRun : ITensorSink, IDisposable
{
    readonly ScratchFolder scratch = new();
    readonly Dictionary<string, string> stages = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, byte[]> bytes = new(StringComparer.Ordinal);
    Dictionary<string, TensorSpec> specs = [];

    public GoldenRun(RecipeFile file, string? masks)
    {
        using var recorded = masks is null ? null : RecordedMasks.Open(masks);
        foreach (var recipe in file.Stages)
        {
            using var models = OpenedModels.Open(recipe, path => stages.GetValueOrDefault(path) ?? RecipeGoldens.Resolve(path));
            var planned = RecipePlanner.Plan(recipe, models, new PlanOptions { Masks = recorded, Threads = 2, Alignment = VocabularyPlan.Of(recipe, models) });
            specs = planned.Run.Tensors.ToDictionary(t => t.Output.Name, t => t.Output, StringComparer.Ordinal);
            if (!ReferenceEquals(recipe, file.Final)) Write(recipe, models, planned);
            else
            {
                foreach (var spec in specs.Values) bytes[spec.Name] = new byte[spec.Bytes];
                MergeEngine.Run(recipe.Method.Dense!(), planned.Run, this, null);
            }
        }
    }

    public byte[] Bytes(string tensor) => bytes[tensor];

    public (TensorSpec Spec, double[] Values) Result(string tensor)
    {
        Assert.True(specs.ContainsKey(tensor), $"{tensor} is not written");
        return (specs[tensor], Widen(specs[tensor].DType, bytes[tensor]));
    }

    public static double[] Widen(DType type, ReadOnlySpan<byte> raw)
    {
        var values = new double[raw.Length / type.Size()];
        Elements.ToDouble(type, raw, values);
        return values;
    }

    public void Write(string tensor, long offset, ReadOnlySpan<byte> part) => part.CopyTo(bytes[tensor].AsSpan((int)offset));

    void Write(Recipe recipe, OpenedModels models, PlannedMerge planned)
    {
        var folder = scratch.File(recipe.Name!);
        using var writer = CheckpointWriter.Create(folder, specs.Values, new CheckpointWriterOptions { CopyFrom = models[planned.Donor].Folder });
        MergeEngine.Run(recipe.Method.Dense!(), planned.Run, new Folder(writer), null);
        writer.Commit();
        stages.Add(recipe.Name!, folder);
    }

    public void Dispose() => scratch.Dispose();

    sealed class Folder(CheckpointWriter writer) : ITensorSink
    {
        public void Write(string tensor, long offset, ReadOnlySpan<byte> part) => writer.Write(tensor, offset, part);
    }
}
