using MergeLab.Checkpoints.Numerics;
using MergeLab.Core.Errors;

namespace MergeLab.Checkpoints.Adapters;

/// <summary>
/// A base with one adapter or several, computed as it is read: W' = round(W + Σᵢ sᵢBᵢAᵢ), the sum in float, one rounding to the base's type
/// at the end (PEFT's merge_and_unload with its default settings). Deltas of several adapters add.
/// An f64 base passes through float.
/// </summary>
public sealed class AdaptedModel : WeightSource
{
    readonly WeightSource model;
    readonly IReadOnlyList<AdapterBinding> bindings;

    /// <param name="model">The base; disposed with this.</param>
    /// <param name="adapters">Opened adapters; disposed with this.</param>
    /// <exception cref="ProblemException">An adapter does not fit the base, or two change a tensor in ways that do not add.</exception>
    public AdaptedModel(WeightSource model, params IReadOnlyList<PeftAdapter> adapters)
    {
        this.model = model;
        bindings = [.. adapters.Select(a => AdapterBinding.Bind(a, model))];
        Name = string.Join('+', new[] { model.Name }.Concat(adapters.Select(a => a.Folder)));
        RefuseConflicts();
    }

    public override string Name { get; }

    public override IReadOnlyList<TensorSpec> Tensors => model.Tensors;

    public override ModelConfig? Config => model.Config;

    /// <summary>The model without the adapters.</summary>
    public WeightSource Base => model;

    /// <summary>One binding an adapter, in the order given.</summary>
    public IReadOnlyList<AdapterBinding> Bindings => bindings;

    /// <summary>Opens a base path and adapter folders.</summary>
    public static AdaptedModel Open(string basePath, params IReadOnlyList<string> adapterFolders)
    {
        var opened = new List<PeftAdapter>();
        var model = Checkpoint.Open(basePath);
        try
        {
            foreach (var folder in adapterFolders) opened.Add(PeftAdapter.Open(folder));
            return new AdaptedModel(model, opened);
        }
        catch
        {
            foreach (var adapter in opened) adapter.Dispose();
            model.Dispose();
            throw;
        }
    }

    public override TensorSpec? Find(string name) => model.Find(name);

    /// <summary>Whether any adapter changes the tensor.</summary>
    public bool Changes(string name) => bindings.Any(b => b.Changes.ContainsKey(name));

    public override TensorReader Reader(string name)
    {
        var before = model.Reader(name);
        var changes = bindings.SelectMany(b => b.Changes.TryGetValue(name, out var list) ? list : []).ToList();
        return changes.Count == 0 ? before : new AdaptedTensor(before, [.. changes.SelectMany(c => c.Load(before))]);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var binding in bindings) binding.Adapter.Dispose();
        model.Dispose();
    }

    void RefuseConflicts()
    {
        var first = new Dictionary<string, AdapterBinding>(StringComparer.Ordinal);
        foreach (var binding in bindings)
        {
            foreach (var (tensor, list) in binding.Changes)
            {
                if (first.TryAdd(tensor, binding)) continue;
                if (list.Concat(first[tensor].Changes[tensor]).All(c => c.IsAdditive)) continue;
                throw new ProblemException("two adapters change a tensor in ways that do not add up", new Place(binding.Adapter.Folder, Tensor: tensor),
                    $"{first[tensor].Adapter.Folder} changes it too, and one of them replaces or rescales it", "apply one of them, or merge the models instead");
            }
        }
    }

    sealed unsafe class AdaptedTensor(TensorReader before, TensorUpdate[] updates) : TensorReader
    {
        public override TensorSpec Tensor => before.Tensor;

        public override void Read(long first, Span<float> to)
        {
            before.Read(first, to);
            foreach (var update in updates) update.Apply(first, to);
            Elements.Round(Tensor.DType, to);
        }
    }
}
