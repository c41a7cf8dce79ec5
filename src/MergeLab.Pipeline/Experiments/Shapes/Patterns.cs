using System.Text.RegularExpressions;

namespace MergeLab.Experiments.Shapes;

/// <summary>What names may look like. The expressions mean the same in .NET and in JSON schema.</summary>
static partial class Patterns
{
    /// <summary>A name becomes part of stage ids, which are matched with globs, listed with commas and used as paths.</summary>
    public static readonly TextShape NameText = new(Name(), "letters, digits, '-', '_' and '.', beginning with a letter or digit, at most 64");

    /// <summary>A model of a set: an adapter, or <c>@</c> and the name of a merge.</summary>
    public static readonly TextShape MemberText = new(Member(), "the name of an adapter, or \"@\" and the name of a merge");

    public static readonly TextShape PromptText = new(Prompt(), "a template that contains {input}");

    // No $ at the end: in .NET it lets a line break through.
    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}(?![\s\S])")]
    private static partial Regex Name();

    [GeneratedRegex(@"^@?[A-Za-z0-9][A-Za-z0-9_.-]{0,63}(?![\s\S])")]
    private static partial Regex Member();

    [GeneratedRegex(@"\{input\}")]
    private static partial Regex Prompt();
}
