using MergeLab.Core.Errors;

namespace MergeLab.Results.Sources;

/// <summary>One side of a comparison: where results of experiments are read from.</summary>
public abstract class ResultSource
{
    public const string CommittedName = "committed", LastRunName = "last";

    /// <summary>As it is shown.</summary>
    public abstract string Name { get; }

    /// <summary>Experiments that have results here, by ordinal name.</summary>
    public abstract IReadOnlyList<string> Experiments { get; }

    /// <exception cref="ProblemException">The experiment has none here.</exception>
    public abstract StoredResults Read(string experiment);

    /// <param name="text">A result folder (of one experiment, or of several), <c>committed</c>, <c>last</c>, or a git revision.</param>
    /// <param name="results">The folder <c>results/</c> that the last three are about.</param>
    public static ResultSource Parse(string text, string results) => text switch
    {
        CommittedName => new SnapshotSource(results),
        LastRunName => new RunSource(results),
        _ when Directory.Exists(text) => new FolderSource(text),
        _ => new GitSource(text, results),
    };

    /// <summary>The folders below another for which something holds, by ordinal name.</summary>
    protected static IReadOnlyList<string> Below(string folder, Func<string, bool> holds) => !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateDirectories(folder).Where(holds).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];
}
