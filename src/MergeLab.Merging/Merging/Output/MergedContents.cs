using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Output;

/// <summary>What goes into the folder of a merged model beside its weights.</summary>
public sealed record MergedContents
{
    /// <summary>All tensors to be written, in any order.</summary>
    public required IReadOnlyList<TensorSpec> Tensors { get; init; }

    public required Method Method { get; init; }

    /// <summary>The recipe's text, verbatim.</summary>
    public required string Recipe { get; init; }

    /// <summary>Every model once, in order of mention, the base first. Config, tokenizer and other files are the first one's.</summary>
    public required IReadOnlyList<MergedInput> Inputs { get; init; }

    /// <summary>The recipe's type of the written weights; null where it names none.</summary>
    public DType? DType { get; init; }

    /// <summary>The recipe's <c>override_architecture</c> of the first model, or null.</summary>
    public string? Architecture { get; init; }

    /// <summary>As <see cref="ConfigChanges.Layers"/>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ConfigLayer>> Layers { get; init; } = new Dictionary<string, IReadOnlyList<ConfigLayer>>();

    /// <summary>The vocabulary the recipe asks for; null keeps the first model's.</summary>
    public VocabularyPlan? Vocabulary { get; init; }

    /// <summary>Rows of the result's embedding where it was cut without a plan; null leaves it to the plan or the first model.</summary>
    public int? VocabularySize { get; init; }

    /// <summary>The recipe's <c>chat_template</c>, or null.</summary>
    public ChatTemplateRequest? ChatTemplate { get; init; }

    /// <summary>The published behaviour asked for, as in the recipe.</summary>
    public string? Compat { get; init; }

    /// <summary>Further files by name, such as the record of the merge.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <param name="plan">What is merged.</param>
    /// <param name="models">Its models.</param>
    /// <param name="text">The recipe's, verbatim.</param>
    /// <param name="vocabulary">That with which the merge was planned.</param>
    /// <exception cref="ProblemException">The config has one number for several stacks of layers, which now differ.</exception>
    public static MergedContents Of(PlannedMerge plan, OpenedModels models, string text, VocabularyPlan? vocabulary) => new()
    {
        Tensors = [.. plan.Run.Tensors.Select(t => t.Output)],
        Method = plan.Recipe.Method,
        Recipe = text,
        Inputs = [.. models.All.Select(m => new MergedInput(m.Reference, m.Weights, m.Reference == plan.Recipe.BaseModel))],
        DType = plan.Recipe.OutDType ?? plan.Recipe.DType,
        Architecture = plan.Donor.Architecture,
        Layers = LayersOf(plan, models),
        Vocabulary = vocabulary,
        ChatTemplate = plan.Recipe.ChatTemplate,
        Compat = plan.Recipe.Compat,
    };

    static Dictionary<string, IReadOnlyList<ConfigLayer>> LayersOf(PlannedMerge plan, OpenedModels models)
    {
        var layers = new Dictionary<string, IReadOnlyList<ConfigLayer>>();
        foreach (var stack in plan.Modules.Where(m => m.ConfigKey is not null).GroupBy(m => m.ConfigKey!, StringComparer.Ordinal).Where(s => s.Any(m => !m.IsWhole)))
        {
            var first = stack.First();
            if (stack.FirstOrDefault(m => m.Layers.Count != first.Layers.Count) is { } other)
                throw new ProblemException($"{stack.Key} cannot say how many layers the result has", plan.Recipe.Place,
                    string.Create(CultureInfo.InvariantCulture, $"{first.Prefix} has {first.Layers.Count}, {other.Prefix} {other.Layers.Count}, and the config has one number for both"), "give both as many layers");
            layers.Add(stack.Key, [.. first.Layers.Select(l => new ConfigLayer(Path.Combine(models[l.Model].Folder, Checkpoint.ConfigFile), l.Layer))]);
        }
        return layers;
    }
}

/// <summary>Where and how a merged model is written.</summary>
public sealed record MergedFolderOptions
{
    /// <summary>Replace a model folder of that name.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Most bytes of tensor data in one file; null for a single file.</summary>
    public long? ShardSize { get; init; }

    /// <summary>Workers for digests.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Write the tokenizer's files.</summary>
    public bool Tokenizer { get; init; } = true;

    /// <summary>Write the model card and the recipe.</summary>
    public bool Card { get; init; } = true;

    /// <summary>Digest all weight files read and written, for the card; each is read once for it.</summary>
    public bool Digests { get; init; } = true;
}
