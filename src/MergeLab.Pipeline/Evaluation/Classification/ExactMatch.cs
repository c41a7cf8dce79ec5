using System.Text;
using System.Text.RegularExpressions;
using MergeLab.Core.Errors;
using MergeLab.Evaluation.Text;

namespace MergeLab.Evaluation.Classification;

/// <summary>What <c>evaluate</c>'s <c>exact_match</c> takes out of both texts before comparing, in this order.</summary>
/// <param name="RegexesToIgnore">What any of these matches is removed, one after the other.</param>
/// <param name="IgnoreCase">Lower-case (no folding: ß is not SS).</param>
/// <param name="IgnorePunctuation">Remove the 32 ASCII marks.</param>
/// <param name="IgnoreNumbers">Remove 0 to 9.</param>
public sealed record ExactMatchOptions(
    IReadOnlyList<string>? RegexesToIgnore = null, bool IgnoreCase = false, bool IgnorePunctuation = false, bool IgnoreNumbers = false);

/// <summary>Whether a prediction equals a reference, character by character, after what the options take out.</summary>
public sealed class ExactMatch
{
    static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    readonly ExactMatchOptions _options;
    readonly Regex[] _ignored;

    /// <exception cref="ProblemException">A pattern is no regular expression.</exception>
    public ExactMatch(ExactMatchOptions? options = null)
    {
        _options = options ?? new();
        _ignored = [.. (_options.RegexesToIgnore ?? []).Select(Compile)];
    }

    public bool Matches(string prediction, IReadOnlyList<string> references)
    {
        var normal = Normalise(prediction);
        return references.Any(r => Normalise(r) == normal);
    }

    string Normalise(string text)
    {
        foreach (var pattern in _ignored) text = Remove(pattern, text);
        if (_options.IgnoreCase) text = PythonText.Lower(text);
        if (!_options.IgnorePunctuation && !_options.IgnoreNumbers) return text;
        var kept = new StringBuilder(text.Length);
        foreach (var c in text)
            if (!(_options.IgnorePunctuation && IsMark(c)) && !(_options.IgnoreNumbers && char.IsAsciiDigit(c))) kept.Append(c);
        return kept.ToString();
    }

    internal static bool IsMark(char c) => c is > ' ' and < '\u007f' && !char.IsAsciiLetterOrDigit(c);

    static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (ArgumentException e)
        {
            throw new ProblemException($"'{pattern}' is not a regular expression", why: e.Message, remedy: "see the syntax of .NET's regular expressions");
        }
    }

    static string Remove(Regex pattern, string text)
    {
        try
        {
            return pattern.Replace(text, "");
        }
        catch (RegexMatchTimeoutException)
        {
            throw new ProblemException($"the pattern '{pattern}' takes more than {LongestMatch.TotalSeconds} s on one text", why: "it backtracks", remedy: "write a simpler one");
        }
    }
}
