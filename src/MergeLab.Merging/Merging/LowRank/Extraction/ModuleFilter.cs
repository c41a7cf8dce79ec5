using System.Text.RegularExpressions;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.LowRank;

/// <summary>Chooses modules by regular expressions found anywhere in their names. The time of each match is bounded.</summary>
sealed class ModuleFilter(IReadOnlyList<string> include, IReadOnlyList<string> exclude)
{
    const int LongestExpression = 10_000;
    static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(250);

    readonly Regex[] included = [.. include.Select(Compile)];
    readonly Regex[] excluded = [.. exclude.Select(Compile)];

    public bool Takes(string module) => (included.Length == 0 || Array.Exists(included, r => Found(r, module))) && !Array.Exists(excluded, r => Found(r, module));

    static bool Found(Regex expression, string module)
    {
        try
        {
            return expression.IsMatch(module);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ProblemException($"the regular expression '{expression}' takes too long", why: $"more than {LongestMatch.TotalMilliseconds} ms on '{module}'", remedy: "write it without nested repetition", inner: e);
        }
    }

    static Regex Compile(string expression)
    {
        if (expression.Length > LongestExpression) throw new ProblemException("a regular expression is too long", why: $"{expression.Length} characters; at most {LongestExpression}", remedy: "shorten it");
        try
        {
            return new Regex(expression, RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (Exception e) when (e is ArgumentException or InsufficientExecutionStackException)
        {
            throw new ProblemException($"'{expression}' is not a valid regular expression", why: e.Message, remedy: "correct it", inner: e);
        }
    }
}
