using MergeLab.Core.Errors;
using MergeLab.Merging.Methods;

namespace MergeLab.Merging.Recipes;

/// <summary>What a recipe alone tells to be wrong: numbers of models, bases, and models that only the tokenizer section names.</summary>
static class RecipeChecks
{
    public static void Refuse(Recipe recipe)
    {
        RefuseMissingBase(recipe);
        if (recipe.Models.Count > 0) RefuseCount(recipe, recipe.Models, recipe.Place);
        foreach (var module in recipe.Modules.Where(m => m.Models.Count > 0)) RefuseCount(recipe, module.Models, module.Place);
        foreach (var slice in recipe.Slices.Concat(recipe.Modules.SelectMany(m => m.Slices))) RefuseCount(recipe, slice);
        RefuseZeroWeights(recipe, recipe.Models);
        RefuseStrangers(recipe);
    }

    static void RefuseMissingBase(Recipe recipe)
    {
        if (recipe.Method.Base != BaseUse.Required || recipe.BaseModel is not null) return;
        // Adapters are told apart from models, and refused with their own words, when they are opened.
        if (recipe.Method.Dense is null) return;
        var slices = recipe.Slices.Concat(recipe.Modules.SelectMany(m => m.Slices)).ToList();
        if (slices.Count > 0 && slices.TrueForAll(s => s.BaseModel is not null) && recipe.Modules.All(m => m.Models.Count == 0)) return;
        throw new ProblemException($"{recipe.Method.Name} without 'base_model'", recipe.MethodPlace, "it merges differences from a base model", "add 'base_model:'");
    }

    static void RefuseCount(Recipe recipe, IReadOnlyList<RecipeModel> models, Place place)
    {
        var references = models.Select(m => m.Reference).ToList();
        if (recipe.BaseModel is not null && !references.Contains(recipe.BaseModel)) references.Add(recipe.BaseModel);
        RefuseCount(recipe.Method, references, recipe.BaseModel, place.Line is null ? models[0].Reference.Place : place);
    }

    static void RefuseCount(Recipe recipe, RecipeSlice slice)
    {
        var baseModel = slice.BaseModel ?? recipe.BaseModel;
        var references = slice.Sources.Select(s => s.Reference).ToList();
        if (recipe.Method.Base == BaseUse.Required && baseModel is not null && !references.Contains(baseModel))
            throw new ProblemException($"the base '{baseModel}' is not among the sources of a slice", slice.Place, $"{recipe.Method.Name} needs its layers, and a slice takes layers from its sources alone", "add it to 'sources' with its layer_range");
        RefuseCount(recipe.Method, references, baseModel, slice.Place);
    }

    static void RefuseCount(Method method, List<ModelReference> references, ModelReference? baseModel, Place place)
    {
        var beside = method.CountsBase || method.Base == BaseUse.Refused || baseModel is null ? references.Count : references.Count(r => r != baseModel);
        if (beside >= method.LeastModels && beside <= method.MostModels) return;
        var wanted = method.LeastModels == method.MostModels ? $"exactly {Models(method.LeastModels)}"
            : beside < method.LeastModels ? $"at least {Models(method.LeastModels)}" : $"at most {Models(method.MostModels)}";
        var all = beside == references.Count && baseModel is not null && references.Contains(baseModel) ? ", the base counted" : baseModel is null ? "" : " beside the base";
        throw new ProblemException($"{method.Name} merges {wanted}{all}, not {beside}", place, $"these take part: {string.Join(", ", references)}", beside < method.LeastModels ? "add a model" : "remove models, or choose another method");
    }

    static string Models(int count) => count == 1 ? "1 model" : $"{count} models";

    static void RefuseZeroWeights(Recipe recipe, IReadOnlyList<RecipeModel> models)
    {
        // A weight that a median's point has; elsewhere zeros are decided tensor by tensor.
        if (recipe.Method != MethodTable.GeometricMedian || models.Count == 0) return;
        if (models.All(m => (m.Parameters.Number("weight") ?? recipe.Parameters.Number("weight") ?? 1) == 0))
            throw new ProblemException("every model has weight 0", models[0].Reference.Place, remedy: "give at least one a weight above 0");
    }

    static void RefuseStrangers(Recipe recipe)
    {
        if (recipe.Tokenizer is not { } request) return;
        var known = recipe.References;
        foreach (var token in request.Tokens)
        {
            var model = token.Source switch { TokenRow.OfModel of => of.Model, TokenRow.OfToken of => of.Model, _ => null };
            if (model is null || known.Contains(model)) continue;
            throw new ProblemException($"the token '{token.Token}' is to come from '{model}', which takes no part in the merge", model.Place, $"the models are {string.Join(", ", known)}", "name one of these, or {kind: zero}");
        }
    }
}
