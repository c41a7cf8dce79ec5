using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Merging.Engine;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Tests.Methods.Spectral;

namespace MergeLab.Merging.Tests.LowRank;

/// <summary>Recorded LoRA factors as adapters with a scale of one, and their merges.</summary>
sealed class AdapterPool : IDisposable
{
    readonly ScratchFolder scratch = new();

    /// <param name="pool">Of <c>merging/lora</c>.</param>
    public AdapterPool(string pool)
    {
        var folder = Repository.Golden("merging", "lora", pool);
        var adapters = Directory.EnumerateFiles(folder, "adapter*.safetensors").Order(StringComparer.Ordinal).Select((file, i) => Folder(file, $"{pool}-{i}")).ToList();
        Inputs = AdapterSet.Open(Path.Combine(folder, "base.safetensors"), adapters);
    }

    public AdapterSet Inputs { get; }

    public LowRankRun Run(string method, Dictionary<string, object> overrides, Func<int, Dictionary<string, object>>? perModel = null, int threads = 2)
    {
        var row = MethodTable.Find(method)!;
        var settings = MergingGolden.Settings(row, overrides);
        var models = Inputs.Adapters.Select((_, i) => MergingGolden.Settings(row, perModel?.Invoke(i) ?? [])).ToList();
        return new LowRankRun
        {
            Matrices = [.. Inputs.Matrices.Select(m => new MatrixMerge(m, settings, models))],
            Models = [.. Inputs.Adapters.Select(a => a.Folder)],
            Threads = threads,
        };
    }

    /// <summary>Merged task vectors in double, by module.</summary>
    public Dictionary<string, double[]> Deltas(string method, Dictionary<string, object> overrides, Func<int, Dictionary<string, object>>? perModel = null, int threads = 2)
    {
        var run = Run(method, overrides, perModel, threads);
        var merge = (FactorMerge)MethodTable.Find(method)!.LowRank!().Begin(run);
        using var scope = NewDisposeScope();
        return run.Matrices.Select((m, i) => (m, i)).ToDictionary(p => p.m.Matrix.Sample.Path, p =>
        {
            var pair = merge.Pair(p.i);
            Assert.InRange(pair.Left.size(1), 0, merge.RankOf(p.i));
            return pair.Left.matmul(pair.Right).data<double>().ToArray();
        });
    }

    string Folder(string file, string name)
    {
        var folder = Directory.CreateDirectory(scratch.File(name)).FullName;
        File.Copy(file, Path.Combine(folder, "adapter_model.safetensors"));
        using var weights = Checkpoint.OpenAny(file);
        var rank = weights.Tensors.First(t => t.Name.EndsWith("lora_A.weight", StringComparison.Ordinal)).Shape[0];
        File.WriteAllText(Path.Combine(folder, "adapter_config.json"),
            string.Create(CultureInfo.InvariantCulture, $$"""{"peft_type": "LORA", "r": {{rank}}, "lora_alpha": {{rank}}, "target_modules": ["q", "v"]}"""));
        return folder;
    }

    public void Dispose()
    {
        Inputs.Dispose();
        scratch.Dispose();
    }
}
