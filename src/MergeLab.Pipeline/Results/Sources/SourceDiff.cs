using MergeLab.Core.Errors;
using MergeLab.Results.Comparison;

namespace MergeLab.Results.Sources;

/// <summary>Compares two sources experiment by experiment.</summary>
public static class SourceDiff
{
    /// <summary>A comparison, and which experiments were left out of it and why.</summary>
    public sealed record Outcome(DiffReport Report, IReadOnlyList<string> Notes);

    /// <param name="experiments">Experiments to compare, each of which must be on both sides; null for all.</param>
    /// <exception cref="ProblemException">A side has no results of an experiment that is asked for, or there is nothing to compare.</exception>
    public static Outcome Compare(ResultSource left, ResultSource right, IReadOnlyList<string>? experiments = null)
    {
        var (parts, notes) = (new List<DiffReport>(), new List<string>());
        foreach (var name in experiments ?? [.. left.Experiments.Union(right.Experiments).Order(StringComparer.Ordinal)])
        {
            // Not having run an experiment is no result of it; with folders and revisions, what one side lacks is missing.
            if (experiments is null && right is RunSource && !right.Experiments.Contains(name))
            {
                notes.Add($"{name}: not run, so not compared");
                continue;
            }
            var before = experiments is null && left is not SnapshotSource && !left.Experiments.Contains(name) ? Nothing : left.Read(name);
            var now = experiments is null && !right.Experiments.Contains(name) ? Nothing : right.Read(name);
            parts.Add(ResultDiff.Compare(left.Name, before, right.Name, now));
        }
        if (parts.Count == 0) throw new ProblemException("nothing to compare", why: notes.Count > 0 ? string.Join("; ", notes) : $"neither {left.Name} nor {right.Name} has results", remedy: "run an experiment first", exit: ExitCode.CheckFailed);
        return new Outcome(DiffReport.Join(left.Name, right.Name, parts), notes);
    }

    static StoredResults Nothing => new(new ResultSet([], []), null);
}
