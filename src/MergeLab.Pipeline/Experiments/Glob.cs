using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Experiments;

/// <summary>
/// A pattern over names and stage ids: <c>*</c> stands for any text, slashes included, <c>?</c> for one character. A pattern also takes
/// what stands below it: <c>geomed/merge</c> is <c>geomed/merge/*</c>.
/// </summary>
public readonly record struct Glob(string Pattern)
{
    /// <summary>Time is bounded by the product of both lengths: only the last star is ever tried again.</summary>
    public bool Matches(string text)
    {
        var (p, t, star, mark) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p == Pattern.Length && text[t] == '/') return true;
            if (p < Pattern.Length && Pattern[p] == '*') (star, mark) = (p++, t);
            else if (p < Pattern.Length && (Pattern[p] == '?' || Pattern[p] == text[t])) (p, t) = (p + 1, t + 1);
            else if (star >= 0) (p, t) = (star + 1, ++mark);
            else return false;
        }
        while (p < Pattern.Length && Pattern[p] == '*') p++;
        return p == Pattern.Length;
    }

    /// <summary>Whether it has signs that stand for others.</summary>
    public bool HasWildcard => Pattern.AsSpan().ContainsAny('*', '?');

    /// <summary>Splits the value of a command-line option at commas.</summary>
    public static IReadOnlyList<Glob> ParseList(string? text) =>
        text is null ? [] : [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(p => new Glob(p))];

    /// <summary>The items whose names one of the patterns takes, in their order.</summary>
    /// <param name="globs">The patterns.</param>
    /// <param name="items">What to choose from.</param>
    /// <param name="name">An item's name.</param>
    /// <param name="noun">What items are: "stage".</param>
    /// <exception cref="ProblemException">A pattern takes nothing.</exception>
    public static IReadOnlyList<T> Select<T>(IReadOnlyList<Glob> globs, IReadOnlyList<T> items, Func<T, string> name, string noun)
    {
        var taken = new bool[items.Count];
        foreach (var glob in globs)
        {
            var any = false;
            for (var i = 0; i < items.Count; i++)
            {
                if (!glob.Matches(name(items[i]))) continue;
                (taken[i], any) = (true, true);
            }
            if (!any) throw Nothing(glob, [.. items.Select(name)], noun);
        }
        return [.. items.Where((_, i) => taken[i])];
    }

    static ProblemException Nothing(Glob glob, IReadOnlyList<string> names, string noun)
    {
        const int Shown = 12;
        var remedy = (glob.HasWildcard ? null : Suggestion.Closest(glob.Pattern, names)) is { } near ? $"did you mean '{near}'?"
            : $"there are: {string.Join(", ", names.Take(Shown))}{(names.Count > Shown ? $" and {names.Count - Shown} more" : "")}";
        return new ProblemException(glob.HasWildcard ? $"no {noun} matches '{glob.Pattern}'" : $"unknown {noun} '{glob.Pattern}'", remedy: remedy);
    }
}
