using MergeLab.Core.Errors;

namespace MergeLab.Build;

/// <summary>The formatting rules in .editorconfig.</summary>
static class Formatting
{
    public static readonly Flag Fix = new("fix", "apply the rules instead of only checking");

    /// <summary>All rules. Loads every project: tens of seconds.</summary>
    public static ExitCode All(Invocation invocation)
    {
        string[] mode = invocation.Arguments.IsOn(Fix.Name) ? [] : ["--verify-no-changes"];
        return invocation.Start("dotnet", ["format", "Pipeline.sln", .. mode]);
    }

    /// <summary>Layout only, from the files alone: two seconds. Folders count only with their slash. The compiler already enforces the style rules that are warnings.</summary>
    public static ExitCode Whitespace(Invocation invocation) =>
        invocation.Start("dotnet", "format", "whitespace", ".", "--folder", "--verify-no-changes", "--include", "src/", "tests/", "build/");
}
