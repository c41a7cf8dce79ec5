using MergeLab.Core.Errors;

namespace MergeLab.Merging.Recipes;

/// <summary>
/// A parameter as a recipe sets it in one place: a value, a gradient over the layers of a slice, or several of these by tensor name.
/// Values are checked against the method table when they are read; flags are kept as 0 and 1.
/// </summary>
/// <param name="Choices">In file order; the first that fits a tensor counts.</param>
/// <param name="Place">Of the value.</param>
public sealed record ParameterSetting(IReadOnlyList<SettingChoice> Choices, Place Place)
{
    public static ParameterSetting Of(double value, Place place) => new([new SettingChoice(null, [value], null, place)], place);

    public static ParameterSetting Of(string word, Place place) => new([new SettingChoice(null, [], word, place)], place);

    /// <summary>The choice that fits a tensor; null where none does and the next level is asked.</summary>
    public SettingChoice? For(string tensor)
    {
        foreach (var choice in Choices)
            if (choice.Fits(tensor)) return choice;
        return null;
    }
}

/// <summary>One value of a setting and the tensors it is for.</summary>
/// <param name="Filter">Part of a tensor's name; null or <c>*</c> fits all.</param>
/// <param name="Knots">One number, or the knots of a gradient; empty for a word.</param>
/// <param name="Word">The value of a parameter that takes words.</param>
/// <param name="Place">Of the value.</param>
public sealed record SettingChoice(string? Filter, IReadOnlyList<double> Knots, string? Word, Place Place)
{
    public bool IsForAll => Filter is null or "*";

    /// <summary>Filters are plain parts of names, case counts: <c>layers.1</c> is also in <c>layers.10</c>.</summary>
    public bool Fits(string tensor) => IsForAll || tensor.Contains(Filter!, StringComparison.Ordinal);

    /// <summary>Piecewise linear between evenly spaced knots.</summary>
    /// <param name="t">Position in [0, 1]: first to last layer of a slice.</param>
    public double At(double t)
    {
        var last = Knots.Count - 1;
        var scaled = t * last;
        var lower = (int)Math.Floor(scaled);
        var upper = Math.Min(last, lower + 1);
        var fraction = scaled - lower;
        return (1 - fraction) * Knots[lower] + fraction * Knots[upper];
    }
}

/// <summary>The parameters of one level of a recipe, by name.</summary>
public sealed class ParameterSettings(IReadOnlyDictionary<string, ParameterSetting> byName)
{
    public static ParameterSettings None { get; } = new(new Dictionary<string, ParameterSetting>());

    public IReadOnlyDictionary<string, ParameterSetting> ByName => byName;

    public SettingChoice? For(string parameter, string tensor) => byName.TryGetValue(parameter, out var setting) ? setting.For(tensor) : null;

    /// <summary>A word that is set for everything at once; null where none is set.</summary>
    public string? Word(string parameter) => For(parameter, "")?.Word;

    /// <summary>A number that is set for everything at once; null where none is set.</summary>
    public double? Number(string parameter) => For(parameter, "")?.At(0);
}
