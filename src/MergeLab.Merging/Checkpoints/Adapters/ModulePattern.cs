using System.Text.RegularExpressions;
using MergeLab.Core.Errors;

namespace MergeLab.Checkpoints.Adapters;

/// <summary>
/// A set of module paths as PEFT configs give it: a list of names (equal, or a suffix after a dot), or a Python regular expression for the
/// whole path. Expressions come from strangers: their length and the time of each match are bounded.
/// </summary>
sealed class ModulePattern
{
    const int LongestExpression = 10_000;
    static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(250);

    readonly IReadOnlyList<string> names;
    readonly Regex? expression;
    readonly string key;
    readonly Place place;

    ModulePattern(IReadOnlyList<string> names, Regex? expression, string key, Place place)
    {
        this.names = names;
        this.expression = expression;
        this.key = key;
        this.place = place;
    }

    public static ModulePattern OfNames(IReadOnlyList<string> names, string key, Place place) => new(names, null, key, place);

    /// <summary>The whole path must match.</summary>
    public static ModulePattern Whole(string expression, string key, Place place) => new([], Compile($@"\A(?:{Translate(expression)})\z", expression, key, place), key, place);

    /// <summary>A key of <c>rank_pattern</c> or <c>alpha_pattern</c>: it begins at the beginning of the path or after a dot, and ends at its end.</summary>
    public static ModulePattern Tail(string expression, string key, Place place) => new([], Compile($@"\A(.*\.)?({Translate(expression)})$", expression, key, place), key, place);

    /// <summary>The number after a name in a path, as in <c>layers.3.</c>: the first one.</summary>
    public static ModulePattern Layer(string? name, string key, Place place) =>
        new([], Compile($@"\.(?:{(name is null ? "[^.]*" : Translate(name))})\.(?<layer>\d+)\.", name ?? "", key, place), key, place);

    public bool Matches(string path)
    {
        if (expression is null) return names.Any(n => path == n || (path.EndsWith(n, StringComparison.Ordinal) && path[path.Length - n.Length - 1] == '.'));
        return Match(path).Success;
    }

    /// <summary>As <see cref="Matches"/> for a list, but a suffix counts wherever it begins: what IA3's <c>feedforward_modules</c> mean.</summary>
    public bool MatchesAnySuffix(string path) => expression is null ? names.Any(n => path.EndsWith(n, StringComparison.Ordinal)) : Match(path).Success;

    /// <summary>The layer's number, or null.</summary>
    public int? LayerOf(string path) => Match(path) is { Success: true } match && int.TryParse(match.Groups["layer"].ValueSpan, out var layer) ? layer : null;

    Match Match(string path)
    {
        try
        {
            return expression!.Match(path);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ProblemException($"the regular expression of '{key}' takes too long", place, $"more than {LongestMatch.TotalMilliseconds} ms on '{path}'", "write it without nested repetition", inner: e);
        }
    }

    static Regex Compile(string wrapped, string original, string key, Place place)
    {
        if (original.Length > LongestExpression) throw new ProblemException($"the regular expression of '{key}' is too long", place, $"{original.Length} characters; at most {LongestExpression}");
        try
        {
            // Alone first: "a)(b" would otherwise become valid by its wrapping.
            _ = new Regex(Translate(original), RegexOptions.CultureInvariant, LongestMatch);
            return new Regex(wrapped, RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (Exception e) when (e is ArgumentException or InsufficientExecutionStackException)
        {
            throw new ProblemException($"'{key}' is not a valid regular expression", place, e.Message, "correct it; a list of module names needs no expression", inner: e);
        }
    }

    /// <summary>Python writes named groups and the end of text differently.</summary>
    static string Translate(string python) => python
        .Replace("(?P<", "(?<", StringComparison.Ordinal)
        .Replace(@"\Z", @"\z", StringComparison.Ordinal);
}
