using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.Vectors;

/// <summary>A vector of the merged adapters: one module that at least one of them scales.</summary>
/// <param name="Path">Path of the module.</param>
/// <param name="FeedForward">Whether inputs are scaled.</param>
/// <param name="Shape">As PEFT stores it.</param>
/// <param name="Parts">For each adapter its vector; null where it leaves the module alone, which is a vector of ones.</param>
public sealed record Ia3Vector(string Path, bool FeedForward, IReadOnlyList<long> Shape, IReadOnlyList<float[]?> Parts)
{
    public int Length => (int)Shape.Aggregate(1L, (p, d) => p * d);

    /// <summary>The module's path without its last part.</summary>
    public string Parent => Path.LastIndexOf('.') is > 0 and var dot ? Path[..dot] : "";

    /// <summary>l − 1 of each adapter: W ⊙ (l − 1) is its task vector, so that sums of these are exact in weights too.</summary>
    public double[][] Changes() => [.. Parts.Select(p => p is null ? new double[Length] : Array.ConvertAll(p, v => (double)v - 1))];
}

/// <summary>One base and n IA3 adapters on it, matched module by module.</summary>
public sealed class Ia3Set : IDisposable
{
    readonly List<PeftAdapter> adapters;

    Ia3Set(Checkpoint model, List<PeftAdapter> adapters)
    {
        Base = model;
        this.adapters = adapters;
        foreach (var adapter in adapters) AdapterBinding.Bind(adapter, model);
        Vectors = Match(adapters);
    }

    public Checkpoint Base { get; }

    public IReadOnlyList<PeftAdapter> Adapters => adapters;

    /// <summary>By module path in ordinal order.</summary>
    public IReadOnlyList<Ia3Vector> Vectors { get; }

    /// <param name="baseModel">Folder or file of the base.</param>
    /// <param name="folders">Folders of IA3 adapters of it.</param>
    /// <exception cref="ProblemException">Anything that is no plain IA3 adapter of the base.</exception>
    public static Ia3Set Open(string baseModel, IReadOnlyList<string> folders)
    {
        var opened = new List<PeftAdapter>();
        var model = Checkpoint.Open(baseModel);
        try
        {
            foreach (var folder in folders)
            {
                opened.Add(PeftAdapter.Open(folder));
                RefuseOther(opened[^1]);
            }
            return new Ia3Set(model, opened);
        }
        catch
        {
            foreach (var adapter in opened) adapter.Dispose();
            model.Dispose();
            throw;
        }
    }

    static void RefuseOther(PeftAdapter adapter)
    {
        if (adapter.Config.Kind != AdapterKind.Ia3)
            throw new ProblemException("IA3 and LoRA adapters cannot be merged as adapters", new Place(adapter.Folder), "one scales what the other adds to", "merge each into its base and merge the models");
        if (adapter.Replaced.Count + adapter.Rows.Count == 0) return;
        throw new ProblemException("the adapter is more than IA3 vectors", new Place(adapter.Folder),
            $"it replaces whole tensors: {string.Join(", ", adapter.Replaced.Select(r => r.Name).Concat(adapter.Rows.Select(r => r.Path)).Take(4))}", "merge it into its base first, or leave it out");
    }

    static List<Ia3Vector> Match(List<PeftAdapter> adapters)
    {
        var first = new SortedDictionary<string, (Ia3Module Module, float[]?[] Parts)>(StringComparer.Ordinal);
        for (var i = 0; i < adapters.Count; i++)
        {
            foreach (var module in adapters[i].Ia3)
            {
                if (!first.TryGetValue(module.Path, out var entry)) first.Add(module.Path, entry = (module, new float[]?[adapters.Count]));
                if (entry.Module.FeedForward != module.FeedForward)
                    throw new ProblemException("adapters disagree about what a vector scales", new Place(adapters[i].Folder, Tensor: module.Path),
                        "inputs in one, outputs in another", "correct feedforward_modules in its adapter_config.json");
                entry.Parts[i] = Read(adapters[i], module);
            }
        }
        return [.. first.Values.Select(e => new Ia3Vector(e.Module.Path, e.Module.FeedForward, e.Module.Scales.Shape, e.Parts))];
    }

    static float[] Read(PeftAdapter adapter, Ia3Module module)
    {
        var values = new float[module.Scales.Count];
        Checkpoints.Numerics.Elements.ToSingle(module.Scales.DType, adapter.Weights.Bytes(module.Scales), values);
        return values;
    }

    public void Dispose()
    {
        foreach (var adapter in adapters) adapter.Dispose();
        Base.Dispose();
    }
}
