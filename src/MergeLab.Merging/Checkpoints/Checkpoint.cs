using System.Globalization;
using MergeLab.Core.Errors;

namespace MergeLab.Checkpoints;

/// <summary>A model on disk: one safetensors file, or a Hugging Face folder with <c>model.safetensors</c> or a sharded index.</summary>
public sealed class Checkpoint : WeightSource
{
    public const string SingleFile = "model.safetensors";
    public const string IndexFile = "model.safetensors.index.json";
    public const string ConfigFile = "config.json";

    readonly IReadOnlyList<SafetensorsFile> files;
    readonly Dictionary<string, (SafetensorsFile File, TensorInfo Info)> byName;
    readonly Lazy<ModelConfig?> config;

    internal Checkpoint(string path, string? folder, IReadOnlyList<SafetensorsFile> files)
    {
        Name = path;
        Folder = folder;
        this.files = files;
        byName = files.SelectMany(f => f.Tensors.Select(t => (f, t))).ToDictionary(p => p.t.Name, p => (p.f, p.t), StringComparer.Ordinal);
        Tensors = [.. byName.Values.Select(v => v.Info).OrderBy(t => t.Name, StringComparer.Ordinal)];
        config = new Lazy<ModelConfig?>(() =>
            Folder is not null && File.Exists(Path.Combine(Folder, ConfigFile)) ? ModelConfig.Read(Path.Combine(Folder, ConfigFile)) : null);
    }

    /// <summary>The path that was opened.</summary>
    public override string Name { get; }

    /// <summary>The model's folder; null where a lone file was opened.</summary>
    public string? Folder { get; }

    /// <summary>The weight files.</summary>
    public IReadOnlyList<SafetensorsFile> Files => files;

    public override IReadOnlyList<TensorInfo> Tensors { get; }

    public override ModelConfig? Config => config.Value;

    /// <summary>Opens a model folder or a safetensors file.</summary>
    /// <exception cref="ProblemException">Nothing there, only pickles, a damaged file, an index that disagrees with its shards, an adapter.</exception>
    public static Checkpoint Open(string path) => CheckpointFiles.Open(path, adapters: false);

    /// <summary>As <see cref="Open"/>, also for adapter folders: whatever holds tensors.</summary>
    public static Checkpoint OpenAny(string path) => CheckpointFiles.Open(path, adapters: true);

    public override TensorInfo? Find(string name) => byName.TryGetValue(name, out var entry) ? entry.Info : null;

    /// <summary>The raw bytes of a tensor: file and place in it.</summary>
    /// <exception cref="ProblemException">No such tensor.</exception>
    public (SafetensorsFile File, TensorInfo Info) Locate(string name) => byName.TryGetValue(name, out var entry) ? entry
        : throw new ProblemException($"the model has no tensor {name}", new Place(Name, Tensor: name), string.Create(CultureInfo.InvariantCulture, $"it has {Tensors.Count} others"));

    public override TensorReader Reader(string name)
    {
        var (file, info) = Locate(name);
        return new StoredTensor(file, info);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var file in files) file.Dispose();
    }
}
