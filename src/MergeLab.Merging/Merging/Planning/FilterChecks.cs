using MergeLab.Core.Errors;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Planning;

/// <summary>Filters that fit no tensor: written as patterns they are a mistake, as plain text a note.</summary>
static class FilterChecks
{
    /// <param name="recipe">The recipe.</param>
    /// <param name="names">All names of all models and of the result.</param>
    /// <param name="note">Told what the user should know.</param>
    /// <exception cref="ProblemException">A filter that its author took for a pattern.</exception>
    public static void Refuse(Recipe recipe, IReadOnlyCollection<string> names, Action<string> note)
    {
        foreach (var choice in Levels(recipe).SelectMany(l => l.ByName.Values).SelectMany(s => s.Choices).Where(c => !c.IsForAll))
        {
            if (names.Any(choice.Fits)) continue;
            if (SettingReader.LooksLikePattern(choice.Filter!))
                throw new ProblemException($"the filter '{choice.Filter}' fits no tensor", choice.Place, "filters are plain parts of tensor names; '*' alone stands for all, there are no patterns", "write part of a name, such as 'mlp' or 'layers.1.'");
            note($"{choice.Place}: no tensor's name contains '{choice.Filter}'");
        }
    }

    static IEnumerable<ParameterSettings> Levels(Recipe recipe)
    {
        yield return recipe.Parameters;
        foreach (var model in recipe.Models.Concat(recipe.Modules.SelectMany(m => m.Models))) yield return model.Parameters;
        foreach (var module in recipe.Modules) yield return module.Parameters;
        foreach (var slice in recipe.Slices.Concat(recipe.Modules.SelectMany(m => m.Slices)))
        {
            yield return slice.Parameters;
            foreach (var source in slice.Sources) yield return source.Parameters;
        }
    }
}
