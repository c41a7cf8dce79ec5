using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.LowRank;

/// <summary>The opened inputs of a merge of LoRA adapters: one base and n adapters on it, matched tensor by tensor.</summary>
public sealed class AdapterSet : IDisposable
{
    readonly IReadOnlyList<PeftAdapter> adapters;
    readonly bool owner;

    AdapterSet(Checkpoint model, IReadOnlyList<AdapterBinding> bindings, bool owner)
    {
        Base = model;
        this.owner = owner;
        adapters = [.. bindings.Select(b => b.Adapter)];
        Matrices = Match(bindings);
    }

    public Checkpoint Base { get; }

    public IReadOnlyList<PeftAdapter> Adapters => adapters;

    /// <summary>Every matrix that an adapter changes, by name in ordinal order.</summary>
    public IReadOnlyList<AdaptedMatrix> Matrices { get; }

    /// <summary>The adapters of a recipe's models, in their order; the models stay theirs to close.</summary>
    /// <param name="recipe">All of its models have an adapter.</param>
    /// <param name="models">Opened.</param>
    /// <exception cref="ProblemException">Models without an adapter or on different bases; anything that is no plain LoRA adapter of the base.</exception>
    public static AdapterSet Of(Recipe recipe, OpenedModels models)
    {
        CheckBase(recipe);
        var opened = recipe.Models.Select(m => models[m.Reference]).ToList();
        foreach (var model in opened) RefuseOther(model.Adapter!.Adapter);
        var basis = opened[0].Plain as Checkpoint ?? throw new InvalidOperationException($"{opened[0].Plain.Name} is no checkpoint");
        return new AdapterSet(basis, [.. opened.Select(m => m.Adapter!)], owner: false);
    }

    /// <param name="baseModel">Folder or file of the base.</param>
    /// <param name="adapters">Folders of plain LoRA adapters of it.</param>
    /// <exception cref="ProblemException">Anything that is no plain LoRA adapter of the base.</exception>
    public static AdapterSet Open(string baseModel, IReadOnlyList<string> adapters)
    {
        var opened = new List<PeftAdapter>();
        var model = Checkpoint.Open(baseModel);
        try
        {
            foreach (var folder in adapters)
            {
                var adapter = PeftAdapter.Open(folder);
                opened.Add(adapter);
                RefuseOther(adapter);
            }
            return new AdapterSet(model, [.. opened.Select(a => AdapterBinding.Bind(a, model))], owner: true);
        }
        catch
        {
            foreach (var adapter in opened) adapter.Dispose();
            model.Dispose();
            throw;
        }
    }

    static void CheckBase(Recipe recipe)
    {
        if (recipe.BaseModel is { Adapter: not null } adapted)
            throw new ProblemException("the base model is an adapter", adapted.Place, remedy: "name the model alone");
        var baseModel = recipe.BaseModel?.Model ?? recipe.Models[0].Reference.Model;
        foreach (var reference in recipe.Models.Select(m => m.Reference))
        {
            if (reference.Adapter is null)
                throw new ProblemException($"'{reference}' has no adapter", reference.Place, $"{recipe.Method.Name} merges LoRA adapters: base+adapter", "add the adapter's folder after a '+'");
            if (reference.Model != baseModel)
                throw new ProblemException($"'{reference}' is on another base", reference.Place, $"the others are on '{baseModel}'; task vectors of different bases cannot be combined", "give all models the same base");
        }
    }

    static void RefuseOther(PeftAdapter adapter)
    {
        if (adapter.IsPlainLora) return;
        var config = adapter.Config;
        var why = config.Kind != AdapterKind.Lora ? "it is an IA3 adapter"
            : config.Dora ? "it is a DoRA adapter, whose change is not low-rank"
            : config.Initialisation != BaseInitialisation.None ? $"its initialisation ({config.Initialisation.ToString().ToLowerInvariant()}) changes the base weights"
            : config.LoraBias ? "it has biases inside its factors"
            : $"it replaces whole tensors: {string.Join(", ", adapter.Replaced.Select(r => r.Name).Concat(adapter.Rows.Select(r => r.Path)).Take(4))}";
        throw new ProblemException("the adapter is more than a LoRA", new Place(adapter.Folder), why, "merge it into its base first, or leave it out");
    }

    static IReadOnlyList<AdaptedMatrix> Match(IReadOnlyList<AdapterBinding> bindings)
    {
        var parts = new SortedDictionary<string, BoundLora?[]>(StringComparer.Ordinal);
        for (var i = 0; i < bindings.Count; i++)
        {
            foreach (var lora in bindings[i].Lora)
            {
                if (!parts.TryGetValue(lora.Tensor.Name, out var row)) parts.Add(lora.Tensor.Name, row = new BoundLora?[bindings.Count]);
                if (row[i] is { } twin)
                    throw new ProblemException("two modules of one adapter change the same tensor", new Place(bindings[i].Adapter.Folder, Tensor: lora.Tensor.Name),
                        $"{twin.Module.Path} and {lora.Module.Path}", "merge this adapter into its base first");
                row[i] = lora;
            }
        }
        if (parts.Count == 0) throw new ProblemException("the adapters change nothing", new Place(bindings[0].Adapter.Folder), remedy: "check that these are the adapters meant");
        return [.. parts.Values.Select(row => Matrix(row, bindings))];
    }

    static AdaptedMatrix Matrix(BoundLora?[] row, IReadOnlyList<AdapterBinding> bindings)
    {
        var first = row.First(r => r is not null)!;
        var odd = Array.FindIndex(row, r => r is not null && r.Layout != first.Layout);
        if (odd >= 0)
            throw new ProblemException("adapters disagree about how a weight is stored", new Place(bindings[odd].Adapter.Folder, Tensor: first.Tensor.Name),
                "its fan_in_fan_out differs from the others'", "correct its adapter_config.json");
        return new AdaptedMatrix(first.Tensor, first.Layout, [.. row.Select(r => r?.Module)]);
    }

    public void Dispose()
    {
        if (!owner) return;
        foreach (var adapter in adapters) adapter.Dispose();
        Base.Dispose();
    }
}
