using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Merging.Methods.Spectral;

namespace MergeLab.Merging.LowRank;

/// <summary>A weight that becomes factors.</summary>
/// <param name="Module">Path of the module.</param>
/// <param name="Tensor">The fine-tune's tensor.</param>
/// <param name="Form">Linear or embedding.</param>
/// <param name="Layout">How the weight lies against B·A.</param>
/// <param name="Bias">The module's bias in the fine-tune; null where it has none.</param>
sealed record Decomposed(string Module, TensorSpec Tensor, LoraForm Form, WeightLayout Layout, TensorSpec? Bias);

/// <summary>What is done with each module, from names and shapes alone.</summary>
sealed class ExtractionPlan
{
    const string Weight = ".weight";
    const string Bias = ".bias";
    static readonly string[] Heads = ["lm_head", "embed_out"];

    public List<Decomposed> Decomposed { get; } = [];

    /// <summary>Tensors of modules that are saved whole.</summary>
    public List<TensorSpec> Saved { get; } = [];

    /// <summary>Modules left out by the options.</summary>
    public List<string> Skipped { get; } = [];

    public ExtractionPlan(WeightSource basis, WeightSource tuned, ExtractionOptions options)
    {
        RefuseUnknown(options.SaveModules, tuned);
        var filter = new ModuleFilter(options.Include, options.Exclude);
        foreach (var module in tuned.Tensors.Where(t => t.DType.IsFloat()).GroupBy(t => ModuleOf(t.Name)).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            if (!filter.Takes(module.Key)) Skipped.Add(module.Key);
            else Add(module.Key, [.. module], basis, options);
        }
    }

    void Add(string module, List<TensorSpec> tensors, WeightSource basis, ExtractionOptions options)
    {
        foreach (var tensor in tensors) Check(tensor, basis);
        var weight = tensors.Find(t => t.Name.EndsWith(Weight, StringComparison.Ordinal));
        var bias = tensors.Find(t => t.Name.EndsWith(Bias, StringComparison.Ordinal));
        var isPlain = weight is { Shape.Count: 2 } && tensors.TrueForAll(t => t == weight || t == bias) && weight.Shape.All(d => d > 1);
        var isTable = isPlain && MatrixRole.IsTable(weight!.Name);
        var last = module[(module.LastIndexOf('.') + 1)..];
        var isVocabulary = isTable || Heads.Contains(last);
        if (options.SaveModules.Any(s => IsNamed(module, s)) || (isPlain && isVocabulary && !options.EmbedLora)) Saved.AddRange(tensors);
        else if (isPlain) Decomposed.Add(Plan(module, weight!, isTable, bias, basis));
        else if (options.SkipUndecomposable) Skipped.Add(module);
        else Saved.AddRange(tensors);
    }

    static Decomposed Plan(string module, TensorSpec weight, bool isTable, TensorSpec? bias, WeightSource basis)
    {
        // Outputs and inputs of the layer as a direct layout would have them: square or not, only the model's type tells a Conv1D.
        var layout = isTable ? WeightLayout.Transposed : WeightLayouts.Of(module, weight, false, basis.Config, weight.Shape[0], weight.Shape[1]);
        return new Decomposed(module, weight, isTable ? LoraForm.Embedding : LoraForm.Linear, layout, bias);
    }

    static void Check(TensorSpec tensor, WeightSource basis)
    {
        var before = basis.Find(tensor.Name)
            ?? throw new ProblemException("the base lacks a tensor of the fine-tune", new Place(basis.Name, Tensor: tensor.Name), "there is nothing to take a difference from", "give the model it was tuned from, or leave the module out with --exclude-regex");
        if (!before.Shape.SequenceEqual(tensor.Shape))
            throw new ProblemException("base and fine-tune disagree about a shape", new Place(basis.Name, Tensor: tensor.Name),
                $"{before.ShapeText} in the base, {tensor.ShapeText} in the fine-tune; an adapter cannot resize a model", "give the model it was tuned from, or leave the module out with --exclude-regex");
    }

    static bool IsNamed(string module, string name) => module == name || module.EndsWith('.' + name, StringComparison.Ordinal);

    static void RefuseUnknown(IReadOnlyList<string> names, WeightSource tuned)
    {
        var modules = tuned.Tensors.Select(t => ModuleOf(t.Name)).Distinct().ToList();
        if (names.FirstOrDefault(n => !modules.Exists(m => IsNamed(m, n))) is { } unknown)
            throw new ProblemException($"no module '{unknown}'", new Place(tuned.Name), "it was to be saved whole", Suggestion.For(unknown, [.. modules.Select(m => m[(m.LastIndexOf('.') + 1)..]).Distinct()]));
    }

    static string ModuleOf(string tensor) => tensor.LastIndexOf('.') is > 0 and var dot ? tensor[..dot] : tensor;
}
