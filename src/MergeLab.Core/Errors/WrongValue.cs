using System.Globalization;
using MergeLab.Core.Text;

namespace MergeLab.Core.Errors;

/// <summary>Errors about values of settings, in the same words for every file format.</summary>
public static class WrongValue
{
    /// <param name="name">Of the value, as it begins a sentence: <c>'weight'</c>.</param>
    /// <param name="wanted">With article: "a number".</param>
    /// <param name="found">What is there instead.</param>
    /// <param name="place">Of the value.</param>
    public static ProblemException Of(string name, string wanted, string found, Place place) =>
        new($"{name} must be {wanted}, not {found}", place, remedy: $"write {wanted}");

    /// <summary>A word that is none of a fixed set.</summary>
    public static ProblemException Unknown(string name, string word, IReadOnlyCollection<string> words, Place place) =>
        new($"unknown value '{Excerpt.Of(word)}' of {name}", place, remedy: Suggestion.For(word, words));

    public static string Number(double least, double most) => string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}");

    public static string WholeNumber(int least, int most) => string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}");
}
