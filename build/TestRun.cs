using MergeLab.Core.Errors;

namespace MergeLab.Build;

/// <summary>The formatting gate and every test project; ends with <c>N passed, N failed</c>.</summary>
static class TestRun
{
    public static readonly Flag Filter = new("filter", "only tests that match, e.g. FullyQualifiedName~Slerp", "EXPRESSION");
    public static readonly Flag Category = new("category", "only tests of this category, e.g. Slow; with ! before it, all others", "NAME");

    public static ExitCode Run(Invocation invocation)
    {
        var tests = invocation.Tests;
        if (Formatting.Whitespace(invocation) != ExitCode.Done) tests.Add("formatting: ./build.sh --target=Format --fix mends it");

        var results = invocation.At("artifacts", "test-results");
        if (Directory.Exists(results)) Directory.Delete(results, recursive: true);
        foreach (var project in Projects(invocation)) RunHost(invocation, project, results);

        foreach (var trouble in tests.Troubles) Invocation.Say($"FAILED {trouble}");
        if (tests.Ran == 0) throw new ProblemException("no test ran", remedy: "check --filter and --category", exit: ExitCode.CheckFailed);
        return tests.Failed == 0 ? ExitCode.Done : ExitCode.CheckFailed;
    }

    /// <summary>The tally. A run that failed without a counted failure, such as a failed build, counts as one.</summary>
    public static string Closing(Invocation invocation, ExitCode exit)
    {
        if (exit != ExitCode.Done && invocation.Tests.Failed == 0) invocation.Tests.Add("the run itself");
        return invocation.Tests.ToString();
    }

    static IEnumerable<string> Projects(Invocation invocation) => Directory.EnumerateFiles(invocation.At("tests"), "*.Tests.csproj", SearchOption.AllDirectories)
        .Select(p => Path.GetFileNameWithoutExtension(p)).Order(StringComparer.Ordinal);

    /// <summary>One host a project, one after another: xunit already uses every core, and a crash is known to be whose it is.</summary>
    static void RunHost(Invocation invocation, string project, string results)
    {
        List<string> arguments =
        [
            "test", invocation.At("artifacts", "bin", project, "release", project + ".dll"), "--nologo",
            "--logger", "console;verbosity=minimal", "--logger", $"trx;LogFileName={project}.trx", "--results-directory", results,
        ];
        if (Expression(invocation.Arguments) is { } filter) arguments.AddRange(["--filter", filter]);
        var exit = invocation.Children.Run("dotnet", arguments);
        invocation.Tests.AddHost(project, Path.Combine(results, project + ".trx"), exit);
    }

    /// <summary>Both flags as one of VSTest's filter expressions.</summary>
    public static string? Expression(Arguments arguments)
    {
        List<string> parts = [];
        if (arguments.Last(Filter.Name) is { } filter) parts.Add(filter);
        if (arguments.Last(Category.Name) is { } category)
            parts.Add(category.StartsWith('!') ? $"Category!={category[1..]}" : $"Category={category}");
        return parts.Count == 0 ? null : string.Join('&', parts.Select(p => $"({p})"));
    }
}
