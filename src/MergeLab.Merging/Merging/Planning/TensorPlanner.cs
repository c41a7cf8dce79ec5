using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Planning;

/// <summary>A tensor of one source: its shared name there, and the name it is stored by; null where the model lacks it.</summary>
readonly record struct SourceTensor(PlannedSource Source, string Name, string? Stored);

/// <summary>Makes the merge of one output tensor from its sources.</summary>
sealed class TensorPlanner(Recipe recipe, OpenedModels models, PlanOptions options)
{
    readonly Method method = recipe.Method;
    readonly SettingsResolver resolver = new(recipe);
    readonly FactorCache cache = new(capacity: 4 * models.All.Count);
    readonly List<OpenedModel> order = [.. models.All];

    /// <summary>What the user should know.</summary>
    public SortedSet<string> Notes { get; } = new(StringComparer.Ordinal);

    /// <summary>The merge of one tensor; null where it is left out.</summary>
    /// <param name="output">Its name in the result.</param>
    /// <param name="sources">The sources, those that lack it among them.</param>
    /// <param name="levels">Parameters of slice, module and recipe, innermost first.</param>
    /// <param name="t">Position in the slice.</param>
    /// <exception cref="ProblemException">Shapes or types that do not go together; a parameter that is missing.</exception>
    public TensorMerge? Plan(string output, IReadOnlyList<SourceTensor> sources, IReadOnlyList<ParameterSettings> levels, double t)
    {
        var present = sources.Where(s => s.Stored is not null).ToList();
        if (present.Count < sources.Count && TensorRoles.IsConstant(output))
        {
            Notes.Add($"{output} is left out: not every model stores this constant");
            return null;
        }
        var copied = present.Count < sources.Count && !Suffices(present) ? Alone(output, present) : null;
        var vocabulary = TensorRoles.IsVocabulary(output);
        var readers = Readers(output, present, vocabulary);
        var specs = readers.Select(r => r.Tensor).ToList();
        ShapeChecks.Refuse(output, vocabulary, [.. present.Select(p => p.Source.Reference)], specs, recipe.Tokenizer is not null);
        var isFloat = specs[0].DType.IsFloat();
        var compute = isFloat ? recipe.DType ?? Promoted(specs) : specs[0].DType;
        if (isFloat && copied is null) readers = [.. readers.Select(r => CastReader.Holds(r.Tensor.DType, compute) ? r : new CastReader(r, compute))];
        var inputs = present.Select((p, i) => Input(p, readers[i], levels, t, isFloat && copied is null, vocabulary && options.Alignment is not null)).ToList();
        var merge = new TensorMerge
        {
            Output = new TensorSpec(output, isFloat ? OutputType(compute) : compute, specs[0].Shape),
            Compute = compute,
            Inputs = inputs,
            Settings = isFloat && copied is null ? resolver.Shared(output, t, levels) : MethodSettings.None,
            Base = inputs.Find(i => i.IsBase),
            CopyOf = copied is null ? null : inputs[present.IndexOf(copied.Value)],
            IsEmbedding = vocabulary,
        };
        if (isFloat && copied is null) Check(merge);
        return merge;
    }

    /// <summary>The method knows what does not go together, the recipe where it stands.</summary>
    void Check(TensorMerge merge)
    {
        try
        {
            method.Check?.Invoke(merge);
        }
        catch (ProblemException e) when (e.Problem.Where is null)
        {
            throw new ProblemException(e.Problem with { Where = recipe.MethodPlace with { Tensor = merge.Output.Name } }, e);
        }
    }

    DType OutputType(DType compute) => recipe.OutDType
        ?? (recipe.Compat == "mergekit" && method.WidensInMergekit && compute is DType.F16 or DType.BF16 ? DType.F32 : compute);

    /// <summary>Whether the models that have the tensor are enough for the method.</summary>
    bool Suffices(List<SourceTensor> present)
    {
        var beside = present.Count(p => !p.Source.IsBase);
        return beside >= method.LeastModels && beside <= method.MostModels && (method.Base != BaseUse.Required || beside < present.Count);
    }

    /// <summary>The only model that has a tensor, or the base, is copied.</summary>
    SourceTensor? Alone(string output, List<SourceTensor> present)
    {
        var chosen = present.Count == 1 ? 0 : present.FindIndex(p => p.Source.IsBase);
        if (chosen < 0)
            throw new ProblemException($"{method.Name} cannot merge {output}", recipe.MethodPlace, $"of its sources only {string.Join(", ", present.Select(p => p.Source.Reference))} have it", "choose layers of one kind for a slice");
        Notes.Add($"{output} is copied from {present[chosen].Source.Reference}: not every source of its slice has it");
        return present[chosen];
    }

    List<TensorReader> Readers(string output, List<SourceTensor> present, bool vocabulary)
    {
        var readers = present.Select(p => Reader(p.Source.Model.Model, p.Stored!)).ToList();
        return !vocabulary || options.Alignment is not { } alignment ? readers
            : [.. alignment.Align(output, [.. present.Select((p, i) => (p.Source.Reference, readers[i]))])];
    }

    TensorReader Reader(OpenedModel model, string stored) => model.Weights is AdaptedModel adapted && adapted.Changes(stored)
        ? new DeferredReader(adapted.Find(stored)!, () => adapted.Reader(stored), cache)
        : model.Plain.Reader(stored);

    TensorInput Input(SourceTensor tensor, TensorReader reader, IReadOnlyList<ParameterSettings> levels, double t, bool resolve, bool aligned)
    {
        var (source, model) = (tensor.Source, tensor.Source.Model.Model);
        var binding = !aligned && IsOnBase(source) ? model.Adapter : null;
        var changed = binding?.Changes.ContainsKey(tensor.Stored!) == true;
        return new TensorInput
        {
            Model = order.IndexOf(model),
            Reader = reader,
            Settings = resolve ? resolver.OfModel(source.Reference, tensor.Name, t, [source.Parameters, .. levels], source.IsBase) : MethodSettings.None,
            IsBase = source.IsBase,
            Unchanged = binding is not null && !changed,
            Delta = changed && recipe.Compat != "mergekit" ? AdapterDelta.Of(binding!, reader.Tensor, cache) : null,
            LowRank = changed ? AdapterDelta.Factors(binding!, tensor.Stored!) : null,
        };
    }

    /// <summary>The adapter changes the very model that the recipe names as base, so that its change is the task vector.</summary>
    bool IsOnBase(PlannedSource source) => source.Model.Model.Adapter is not null && recipe.BaseModel is { Adapter: null } named
        && Path.GetFullPath(models[named].Folder) == Path.GetFullPath(source.Model.Model.Folder);

    static DType Promoted(List<TensorSpec> specs)
    {
        var type = specs[0].DType;
        foreach (var spec in specs)
            type = type == spec.DType ? type : type == DType.F64 || spec.DType == DType.F64 ? DType.F64 : DType.F32;
        return type;
    }
}
