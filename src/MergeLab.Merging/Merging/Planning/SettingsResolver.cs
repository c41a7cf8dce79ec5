using System.Globalization;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Planning;

/// <summary>
/// Looks a method's parameters up for one tensor, from the innermost level of the recipe to the outermost; the first level that sets a
/// parameter for the tensor decides, then the default.
/// </summary>
sealed class SettingsResolver(Recipe recipe)
{
    readonly Method method = recipe.Method;

    /// <summary>Parameters of the tensor as a whole.</summary>
    /// <param name="output">Its name in the result, by which filters choose.</param>
    /// <param name="t">Position in its slice, in [0, 1].</param>
    /// <param name="levels">Innermost first.</param>
    public MethodSettings Shared(string output, double t, IReadOnlyList<ParameterSettings> levels) =>
        Resolve(method.Parameters.Where(p => !p.PerModel), output, t, levels, name => Missing(name, recipe.MethodPlace, output, null));

    /// <summary>Parameters of one model for one tensor.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">The tensor's name in the model, by which filters choose.</param>
    /// <param name="t">Position in its slice, in [0, 1].</param>
    /// <param name="levels">Innermost first, the model's own before all.</param>
    /// <param name="exempt">The base of task vectors: what nobody sets for it stays unset.</param>
    public MethodSettings OfModel(ModelReference model, string input, double t, IReadOnlyList<ParameterSettings> levels, bool exempt) =>
        Resolve(method.Parameters.Where(p => p.PerModel), input, t, levels, name => exempt ? null : Missing(name, model.Place, input, model));

    MethodSettings Resolve(IEnumerable<MethodParameter> parameters, string tensor, double t, IReadOnlyList<ParameterSettings> levels, Func<string, ProblemException?> missing)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var parameter in parameters)
        {
            if (parameter.OnlyWith is { } mode && mode != recipe.Compat) continue;
            var choice = levels.Select(l => l.For(parameter.Name, tensor)).FirstOrDefault(c => c is not null);
            if (choice is not null) values.Add(parameter.Name, Value(parameter, choice, t));
            else if (parameter.DefaultWith(recipe.Compat) is { } text) values.Add(parameter.Name, parameter.ReadDefault(text));
            else if (!parameter.Optional && missing(parameter.Name) is { } problem) throw problem;
        }
        return values.Count == 0 ? MethodSettings.None : new MethodSettings(values);
    }

    static object Value(MethodParameter parameter, SettingChoice choice, double t)
    {
        if (choice.Word is { } word) return word;
        var value = choice.At(t);
        if (parameter.Flag)
            return value is 0 or 1 ? value == 1 : throw Between(parameter, value, choice, "a flag is true or false");
        if (parameter.Whole && value != Math.Floor(value)) throw Between(parameter, value, choice, "it takes whole numbers");
        return value;
    }

    static ProblemException Between(MethodParameter parameter, double value, SettingChoice choice, string why) =>
        new($"the gradient of '{parameter.Name}' gives {value.ToString(CultureInfo.InvariantCulture)} at a layer", choice.Place, why, "give one value for all layers, or values by filter");

    ProblemException Missing(string name, Place place, string tensor, ModelReference? model)
    {
        var whose = model is null ? "" : $" for '{model}'";
        var set = recipe.Parameters.ByName.ContainsKey(name) || recipe.Models.Any(m => m.Reference == model && m.Parameters.ByName.ContainsKey(name));
        return new ProblemException($"{method.Name} needs '{name}'{whose}", place, set ? $"what is set fits other tensors than {tensor}" : null,
            set ? $"add {{value: …}} without a filter at the end of '{name}'" : model is null ? $"add '{name}' under 'parameters'" : $"add '{name}' under the model's 'parameters', or under those of the recipe for all models");
    }
}
