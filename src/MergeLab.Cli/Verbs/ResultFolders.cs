using System.CommandLine;
using MergeLab.Cli.Commands;
using MergeLab.Cli.Runs;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Cli.Verbs;

/// <summary>Where verbs find stored results, and which of them are meant.</summary>
static class ResultFolders
{
    const string Folder = "results";

    public static readonly Option<string?> Results = new("--results") { Description = "Folder of result folders (default: results in the repository)", HelpName = "DIR" };
    public static readonly Option<string?> Experiment = new("--experiment") { Description = "Only these experiments, with commas between", HelpName = "NAMES" };

    /// <summary>The folder <c>results/</c>.</summary>
    public static string Root(Invocation invocation)
    {
        if (invocation.Get(Results) is { } given) return Directory.Exists(given) ? given : throw new ProblemException("no such folder", new Place(given), remedy: "check --results");
        return Path.Combine(RepositoryFolder.Find(), Folder);
    }

    /// <summary>The names given with --experiment; null where none are.</summary>
    public static IReadOnlyList<string>? Chosen(Invocation invocation)
    {
        if (invocation.Get(Experiment) is not { } text) return null;
        string[] names = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];
        return names.Length > 0 ? names : throw new ProblemException($"--experiment '{text}': no name", remedy: "give the names of folders in results/, with commas between");
    }

    /// <summary>The folders of the chosen experiments, or of all for which <paramref name="has"/> holds.</summary>
    public static IReadOnlyList<string> Select(Invocation invocation, Func<string, bool> has)
    {
        var root = Root(invocation);
        string[] all = Directory.Exists(root) ? [.. Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal)] : [];
        if (Chosen(invocation) is not { } chosen) return [.. all.Where(has)];
        string[] names = [.. all.Select(d => Path.GetFileName(d))];
        return [.. chosen.Select(name => names.Contains(name, StringComparer.Ordinal) ? Path.Combine(root, name)
            : throw new ProblemException($"no results of an experiment '{name}'", new Place(root), remedy: names.Length > 0 ? Suggestion.For(name, names) : "run it first"))];
    }
}
