using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Planning;

/// <summary>A model of a recipe, opened: its headers are read and checked, its data is not.</summary>
public sealed class OpenedModel
{
    internal OpenedModel(ModelReference reference, string folder, WeightSource weights)
    {
        Reference = reference;
        Folder = folder;
        Weights = weights;
    }

    public ModelReference Reference { get; }

    /// <summary>Resolved folder of the model (of its base, where it has an adapter): config and tokenizer lie there.</summary>
    public string Folder { get; }

    /// <summary>The tensors, adapters applied as they are read.</summary>
    public WeightSource Weights { get; }

    /// <summary>The adapter and what it is bound to; null for a model without one.</summary>
    public AdapterBinding? Adapter => (Weights as AdaptedModel)?.Bindings[0];

    /// <summary>The weights without the adapter.</summary>
    public WeightSource Plain => Weights is AdaptedModel adapted ? adapted.Base : Weights;

    /// <summary>Architecture by config or recipe; null where nothing says.</summary>
    internal string? Architecture => Reference.Architecture ?? (Weights.Config?.GetTexts("architectures") is [var name, ..] ? name : null);
}

/// <summary>The models of a recipe, opened.</summary>
public sealed class OpenedModels : IDisposable
{
    readonly List<OpenedModel> models = [];

    OpenedModels()
    {
    }

    /// <summary>In the order of <see cref="Recipe.References"/>.</summary>
    public IReadOnlyList<OpenedModel> All => models;

    public OpenedModel this[ModelReference reference] => models.First(m => m.Reference == reference);

    /// <summary>The folder of the model whose tokenizer is asked for, where that is none of the merged models.</summary>
    public string? TokenizerFolder { get; private init; }

    /// <summary>What adapters say that a user should know.</summary>
    public IReadOnlyList<string> Warnings => [.. models.Select(m => m.Adapter).OfType<AdapterBinding>().SelectMany(b => b.Adapter.Config.Warnings).Distinct()];

    /// <param name="recipe">Whose models to open.</param>
    /// <param name="resolve">From a path in the recipe to one that can be opened.</param>
    /// <exception cref="ProblemException">A model is missing, damaged or of another architecture than the others; an adapter does not fit its base.</exception>
    public static OpenedModels Open(Recipe recipe, Func<string, string> resolve)
    {
        var opened = new OpenedModels { TokenizerFolder = TokenizerFolderOf(recipe, resolve) };
        try
        {
            foreach (var reference in recipe.References) opened.models.Add(Open(reference, resolve));
            RefuseOtherArchitectures(opened.models);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    static OpenedModel Open(ModelReference reference, Func<string, string> resolve)
    {
        var path = resolve(reference.Model);
        if (!Directory.Exists(path) && !File.Exists(path))
            throw new ProblemException($"no such model: '{reference.Model}'", reference.Place, "there is neither a folder nor a file of that name", "give the model's folder; paths count from the working folder");
        if (reference.Adapter is { } adapter && !Directory.Exists(resolve(adapter)))
            throw new ProblemException($"no such adapter: '{adapter}'", reference.Place, remedy: $"give a folder that holds {AdapterConfig.FileName}; paths count from the working folder");
        WeightSource weights = reference.Adapter is null ? Checkpoint.Open(path) : AdaptedModel.Open(path, resolve(reference.Adapter));
        try
        {
            if (Directory.Exists(path)) RefuseConfig(reference, path, weights);
            return new OpenedModel(reference, path, weights);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    static void RefuseConfig(ModelReference reference, string folder, WeightSource weights)
    {
        if (weights.Config is not { } config)
            throw new ProblemException($"the model '{reference.Model}' has no {Checkpoint.ConfigFile}", new Place(folder), "it says what the tensors are for, and goes with the result", "fetch the model again");
        var names = config.GetTexts("architectures");
        if (names.Count > 1 && reference.Architecture is null)
            throw new ProblemException($"the config names {names.Count} architectures", config.PlaceOf("architectures"), string.Join(", ", names), "keep one, or choose with override_architecture in the recipe");
    }

    static void RefuseOtherArchitectures(List<OpenedModel> models)
    {
        var first = models.FirstOrDefault(m => m.Architecture is not null);
        if (models.FirstOrDefault(m => m.Architecture is not null && m.Architecture != first!.Architecture) is not { } other) return;
        throw new ProblemException("models of different architectures", other.Reference.Place, $"'{first!.Reference}' is a {first.Architecture}, '{other.Reference}' a {other.Architecture}",
            "merge models of one architecture; where they are alike but for the name, write {model: {path: …}, override_architecture: NAME} for each");
    }

    static string? TokenizerFolderOf(Recipe recipe, Func<string, string> resolve)
    {
        if (recipe.Tokenizer?.Model is not { } model || recipe.References.Contains(model)) return null;
        var folder = resolve(model.Model);
        if (Directory.Exists(folder)) return folder;
        var known = recipe.References.Select(r => r.ToString()).Concat(["union", "base"]).ToList();
        throw new ProblemException($"no such tokenizer source: '{model}'", model.Place, "it is neither 'union' nor 'base' nor the folder of a model", Suggestion.For(model.ToString(), known));
    }

    public void Dispose()
    {
        foreach (var model in models) model.Weights.Dispose();
    }
}
