using System.Globalization;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Evaluation;

public enum MetricOptionKind
{
    Flag,
    WholeNumber,
    Number,

    /// <summary>One of <see cref="MetricOption.Choices"/>.</summary>
    Choice,
    Text,

    /// <summary>Texts, given one by one.</summary>
    Texts,
}

/// <summary>An option of a metric.</summary>
/// <param name="Name">In snake case; the command line writes it with hyphens.</param>
/// <param name="Kind">What its value is.</param>
/// <param name="Default">Its value where none is given: bool, int, double, string, string[], or null.</param>
/// <param name="Description">For help.</param>
/// <param name="Choices">Of a choice.</param>
/// <param name="Least">Of a number.</param>
/// <param name="Most">Of a number.</param>
public sealed record MetricOption(
    string Name, MetricOptionKind Kind, object? Default, string Description, IReadOnlyList<string>? Choices = null, double Least = double.MinValue, double Most = double.MaxValue)
{
    /// <summary>The value one or more texts stand for.</summary>
    /// <exception cref="ProblemException">They stand for none.</exception>
    internal object Parse(IReadOnlyList<string> values)
    {
        if (Kind == MetricOptionKind.Texts) return values.ToArray();
        if (values is not [var text]) throw new ProblemException($"{Name} is given {values.Count} times", remedy: "give it once");
        return Kind switch
        {
            MetricOptionKind.Flag => bool.TryParse(text, out var flag) ? flag : throw Wrong(text, "true or false"),
            MetricOptionKind.WholeNumber => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) && n >= Least && n <= Most ? n : throw Wrong(text, $"a whole number {Range}"),
            MetricOptionKind.Number => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) && x >= Least && x <= Most ? x : throw Wrong(text, $"a number {Range}"),
            MetricOptionKind.Choice when !Choices!.Contains(text) => throw new ProblemException($"unknown {Name} '{text}'", remedy: Suggestion.For(text, [.. Choices!])),
            _ => text,
        };
    }

    string Range => string.Create(CultureInfo.InvariantCulture, $"from {Least} to {Most}");

    ProblemException Wrong(string text, string wanted) => new($"{Name} '{text}' is not {wanted}");
}

/// <summary>The values of a metric's options, given ones and defaults.</summary>
public sealed class MetricOptions
{
    readonly Dictionary<string, object?> _values = [];

    MetricOptions()
    {
    }

    /// <summary>By name, in the metric's order: what a result says it was computed with.</summary>
    public IReadOnlyDictionary<string, object?> Values => _values;

    /// <exception cref="ProblemException">The metric has no such option, or a value is none of its.</exception>
    public static MetricOptions Parse(Metric metric, IReadOnlyDictionary<string, IReadOnlyList<string>>? given = null)
    {
        given ??= new Dictionary<string, IReadOnlyList<string>>();
        foreach (var name in given.Keys)
        {
            if (metric.Options.Any(o => o.Name == name)) continue;
            string[] known = [.. metric.Options.Select(o => o.Name)];
            throw new ProblemException($"the metric {metric.Name} has no option {name}",
                remedy: known.Length == 0 ? "it has none: leave it out" : $"leave it out; {metric.Name} has: {string.Join(", ", known)}");
        }
        var options = new MetricOptions();
        foreach (var option in metric.Options)
            options._values[option.Name] = given.TryGetValue(option.Name, out var texts) ? option.Parse(texts) : option.Default;
        return options;
    }

    internal bool Flag(string name) => (bool)_values[name]!;

    internal int WholeNumber(string name) => (int)_values[name]!;

    internal double Number(string name) => (double)_values[name]!;

    internal double? Given(string name) => (double?)_values[name];

    internal string Text(string name) => (string)_values[name]!;

    internal string[] Texts(string name) => (string[])_values[name]!;
}
