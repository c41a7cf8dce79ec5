using MergeLab.Core.Errors;

namespace MergeLab.Checkpoints.Adapters;

/// <summary>An adapter matched to the tensors of a base model.</summary>
public sealed class AdapterBinding
{
    const int MostListed = 8;

    readonly PeftAdapter adapter;
    readonly WeightSource model;
    readonly SortedDictionary<string, List<BoundChange>> changes = new(StringComparer.Ordinal);
    readonly List<string> mismatches = [];

    AdapterBinding(PeftAdapter adapter, WeightSource model)
    {
        this.adapter = adapter;
        this.model = model;
    }

    public PeftAdapter Adapter => adapter;

    /// <summary>What happens to each changed tensor, in the order in which it happens; by tensor name in ordinal order.</summary>
    public IReadOnlyDictionary<string, List<BoundChange>> Changes => changes;

    /// <summary>The low-rank updates, by tensor name in ordinal order.</summary>
    public IEnumerable<BoundLora> Lora => changes.Values.SelectMany(c => c).OfType<BoundLora>();

    /// <param name="adapter">Opened; must stay so as long as the binding is used.</param>
    /// <param name="model">The base.</param>
    /// <exception cref="ProblemException">The adapter has tensors for modules that the base lacks, or of other shapes; they are listed.</exception>
    public static AdapterBinding Bind(PeftAdapter adapter, WeightSource model)
    {
        var binding = new AdapterBinding(adapter, model);
        foreach (var replaced in adapter.Replaced) binding.Add(replaced);
        foreach (var rows in adapter.Rows) binding.Add(rows);
        foreach (var module in adapter.Lora) binding.Add(module);
        foreach (var module in adapter.Ia3) binding.Add(module);
        binding.RefuseMismatches();
        binding.RefuseForgotten();
        return binding;
    }

    void Add(ReplacedTensor replaced)
    {
        if (Find(replaced.Name) is not { } tensor) Miss(replaced.Name, "the base has no such tensor");
        else if (!tensor.Shape.SequenceEqual(replaced.Tensor.Shape)) Miss(replaced.Name, $"{replaced.Tensor.ShapeText}, in the base {tensor.ShapeText}");
        else Add(new BoundReplacement(tensor, adapter.Weights, replaced.Tensor));
    }

    void Add(ReplacedRows rows)
    {
        if (Find(rows.Path + ".weight") is not { } tensor) Miss(rows.Path, "the base has no such module");
        else if (tensor.Shape.Count != 2 || tensor.Shape[1] != rows.Values.Shape[1] || rows.Rows.Any(r => r >= tensor.Shape[0]))
            Miss(rows.Path, $"rows {rows.Values.ShapeText} up to number {rows.Rows.Max()}, in the base {tensor.ShapeText}");
        else Add(new BoundRows(tensor, adapter.Weights, rows));
    }

    void Add(LoraModule module)
    {
        if (Find(module.Path + ".weight") is not { } tensor)
        {
            Miss(module.Path, "the base has no such module");
            return;
        }
        var layout = module.Form switch
        {
            LoraForm.Embedding => WeightLayout.Transposed,
            LoraForm.Convolution => WeightLayout.Direct,
            _ => WeightLayouts.Of(module.Path, tensor, adapter.Config.FanInFanOut, model.Config, module.Outputs, module.Inputs),
        };
        long[] wanted = layout == WeightLayout.Transposed ? [module.Inputs, module.Outputs] : [module.Outputs, .. module.A.Shape.Skip(1)];
        if (!tensor.Shape.SequenceEqual(wanted))
        {
            Miss(module.Path, $"the adapter is for a weight [{string.Join(", ", wanted)}], in the base it is {tensor.ShapeText}");
            return;
        }
        if (!tensor.DType.IsFloat())
        {
            Miss(module.Path, $"in the base it is of type {tensor.DType.Name()}");
            return;
        }
        Add(new BoundLora(tensor, module, layout, adapter.Config.Initialisation));
        if (module.Bias is null) return;
        if (Find(module.Path + ".bias") is { } bias && bias.Count == module.Outputs) Add(new BoundBias(bias, module));
        else Miss(module.Path, "the adapter has a bias, the base has none of its size");
    }

    void Add(Ia3Module module)
    {
        if (Find(module.Path + ".weight") is not { } tensor)
        {
            Miss(module.Path, "the base has no such module");
            return;
        }
        // A vector for outputs has the first axis of an ordinary weight, the second of a Conv1D; one for inputs the other.
        var (outputs, inputs) = tensor.Shape.Count == 2 && IsConv1d(module, tensor) ? (1, 0) : (0, 1);
        var axis = module.FeedForward ? inputs : outputs;
        if (tensor.Shape.Count < 2 || tensor.Shape[axis] != module.Scales.Count || !tensor.DType.IsFloat())
        {
            Miss(module.Path, $"the vector is {module.Scales.ShapeText}, the base's weight {tensor.DType.Name()} {tensor.ShapeText}");
            return;
        }
        Add(new BoundScale(tensor, adapter.Weights, module.Scales, tensor.Shape.Skip(axis + 1).Aggregate(1L, (p, d) => p * d)));
        if (!module.FeedForward && Find(module.Path + ".bias") is { } bias && bias.Count == module.Scales.Count) Add(new BoundScale(bias, adapter.Weights, module.Scales, 1));
    }

    bool IsConv1d(Ia3Module module, TensorSpec tensor)
    {
        var count = module.Scales.Count;
        var (outputs, inputs) = module.FeedForward ? (count == tensor.Shape[0] ? tensor.Shape[1] : tensor.Shape[0], count) : (count, count == tensor.Shape[0] ? tensor.Shape[1] : tensor.Shape[0]);
        return WeightLayouts.Of(module.Path, tensor, adapter.Config.FanInFanOut, model.Config, outputs, inputs) == WeightLayout.Transposed;
    }

    void RefuseForgotten()
    {
        var adapted = adapter.Lora.Select(m => m.Path).Concat(adapter.Ia3.Select(m => m.Path)).Select(p => (p, Find(p + ".weight")!.Name));
        var forgotten = ForgottenModules.Find(adapter.Config, adapted, model).ToList();
        if (forgotten.Count == 0) return;
        throw new ProblemException($"the adapter lacks the tensors of {forgotten.Count} modules that its config targets", new Place(adapter.Weights.Path),
            string.Join(", ", forgotten.Take(MostListed)) + (forgotten.Count > MostListed ? ", …" : "") + "; PEFT would leave them as they are in the base",
            "the file is incomplete: save or fetch it again, or narrow target_modules or layers_to_transform");
    }

    TensorSpec? Find(string name) => BaseNames.Find(model, name) is { } found ? model.Find(found) : null;

    void Add(BoundChange change)
    {
        if (!changes.TryGetValue(change.Tensor.Name, out var list)) changes.Add(change.Tensor.Name, list = []);
        list.Add(change);
    }

    void Miss(string name, string why) => mismatches.Add($"{name}: {why}");

    void RefuseMismatches()
    {
        if (mismatches.Count == 0) return;
        var all = adapter.Lora.Count + adapter.Ia3.Count + adapter.Replaced.Count + adapter.Rows.Count;
        var listed = string.Join("; ", mismatches.Take(MostListed)) + (mismatches.Count > MostListed ? $"; and {mismatches.Count - MostListed} more" : "");
        var trainedOn = adapter.Config.BaseModel is { } name ? $"give the base it was trained on: {name}" : "give the base it was trained on";
        throw new ProblemException($"the adapter does not fit the base {model.Name}: {mismatches.Count} of {all} modules", new Place(adapter.Weights.Path), listed, trainedOn);
    }
}
