using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Median;
using MergeLab.Merging.Methods;

namespace MergeLab.Merging.Recipes;

/// <summary>What one point of a geometric median is made of.</summary>
public enum Granularity
{
    /// <summary>One median per weight matrix (the paper's choice).</summary>
    Matrix,

    /// <summary>One per module: all matrices whose names differ in the last part only, such as q and v of one attention.</summary>
    Module,

    /// <summary>One for all matrices of the model, concatenated.</summary>
    Model,
}

/// <summary>What a merge writes.</summary>
public enum OutputForm
{
    /// <summary>A whole model.</summary>
    Dense,

    /// <summary>One LoRA adapter whose product is exactly the merged task vector.</summary>
    Adapter,
}

/// <summary>A validated recipe: mergekit's schema and our own keys. Exactly one of models, slices and modules is not empty.</summary>
public sealed record Recipe
{
    /// <summary>The file.</summary>
    public required Place Place { get; init; }

    /// <summary>The merging method.</summary>
    public required Method Method { get; init; }

    /// <summary>Where the file names the method.</summary>
    public Place MethodPlace { get; init; } = new("");

    /// <summary>Name of the stage, by which other documents of the file call its result; null where it has none.</summary>
    public string? Name { get; init; }

    /// <summary>The published behaviour asked for; null for ours.</summary>
    public string? Compat { get; init; }

    /// <summary>The base named by the recipe, if it names one.</summary>
    public ModelReference? BaseModel { get; init; }

    /// <summary>Whole models, in file order, no two alike.</summary>
    public IReadOnlyList<RecipeModel> Models { get; init; } = [];

    /// <summary>Slices, in the order of the result's layers.</summary>
    public IReadOnlyList<RecipeSlice> Slices { get; init; } = [];

    /// <summary>Modules, in file order.</summary>
    public IReadOnlyList<RecipeModule> Modules { get; init; } = [];

    /// <summary>What is set for the whole merge.</summary>
    public ParameterSettings Parameters { get; init; } = ParameterSettings.None;

    /// <summary>The type to compute in; null: the widest of a tensor's inputs.</summary>
    public DType? DType { get; init; }

    /// <summary>The type of the written tensors; null: that in which they were computed.</summary>
    public DType? OutDType { get; init; }

    /// <summary>The tokenizer asked for; null copies the base model's, or the first model's.</summary>
    public TokenizerRequest? Tokenizer { get; init; }

    /// <summary>The chat template asked for; null leaves the tokenizer's own.</summary>
    public ChatTemplateRequest? ChatTemplate { get; init; }

    /// <summary>What is written.</summary>
    public OutputForm Output { get; init; }

    /// <summary>What the author should know, such as a value that has no effect; each with its line.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Every model that takes part, the base first, then in the order of the file; each once.</summary>
    public IReadOnlyList<ModelReference> References => [.. Mentioned().Distinct()];

    /// <summary>The model that gives config and tokenizer: the base, else the first.</summary>
    public ModelReference Donor => References[0];

    /// <summary>For a median.</summary>
    public Granularity Granularity => Enum.Parse<Granularity>(Parameters.Word("granularity") ?? "matrix", ignoreCase: true);

    /// <summary>Whether adapters are scaled as PEFT scales them.</summary>
    public bool PeftScale => (Parameters.Word("lora_scale") ?? (Compat == "paper" ? "none" : "peft")) == "peft";

    /// <summary>The published iteration in place of the exact median.</summary>
    public PaperWeiszfeld? Paper
    {
        get
        {
            if (Compat != "paper") return null;
            var usual = new PaperWeiszfeld();
            return new PaperWeiszfeld(Parameters.Number("epsilon") ?? usual.Epsilon, (int)(Parameters.Number("max_iterations") ?? usual.MaxIterations));
        }
    }

    IEnumerable<ModelReference> Mentioned()
    {
        if (BaseModel is not null) yield return BaseModel;
        foreach (var model in Models) yield return model.Reference;
        foreach (var reference in Slices.SelectMany(Mentioned)) yield return reference;
        foreach (var module in Modules)
        {
            foreach (var model in module.Models) yield return model.Reference;
            foreach (var reference in module.Slices.SelectMany(Mentioned)) yield return reference;
        }
    }

    static IEnumerable<ModelReference> Mentioned(RecipeSlice slice) =>
        slice.BaseModel is null ? slice.Sources.Select(s => s.Reference) : slice.Sources.Select(s => s.Reference).Prepend(slice.BaseModel);
}
