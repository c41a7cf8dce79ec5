using MergeLab.Core.Errors;
using MergeLab.Results.Comparison;

namespace MergeLab.Results;

/// <summary>Does the last run reproduce the snapshot?</summary>
public static class SnapshotCheck
{
    /// <summary>The tables of the last run and of the snapshot are the same bytes: then no value needs to be looked at.</summary>
    public static bool IsIdentical(string folder)
    {
        if (!ResultFiles.HasRun(folder) || !ResultFiles.HasSnapshot(folder)) return false;
        var same = File.ReadAllBytes(Path.Combine(folder, ResultFiles.Results)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, ResultFiles.VerifiedResults)));
        if (same) File.Delete(Path.Combine(folder, ResultFiles.ReceivedText));
        return same;
    }

    /// <summary>
    /// Compares the two and leaves <c>results.received.md</c> beside the accepted table where a value is outside its tolerance, in either direction,
    /// or a cell is missing or new; removes it where none is.
    /// </summary>
    /// <exception cref="ProblemException">Exit 1: no run, or nothing accepted yet.</exception>
    public static DiffReport Run(string folder)
    {
        var run = ResultFiles.ReadRun(folder);
        var report = ResultDiff.Compare("committed", ResultFiles.ReadSnapshot(folder), "last run", run);
        var received = Path.Combine(folder, ResultFiles.ReceivedText);
        if (report.Cells.Any(c => !c.Within || c.Fails)) TextFile.Write(received, VerifiedTable.Write(run.Results));
        else File.Delete(received);
        return report;
    }

    /// <summary>As <see cref="Run"/>, and throws where the snapshot is not reproduced, naming the cells.</summary>
    public static DiffReport Require(string folder)
    {
        var report = Run(folder);
        var failed = report.Cells.Where(c => c.FailsReproduction).ToArray();
        if (failed.Length == 0) return report;
        const int shown = 10;
        var names = string.Join("; ", failed.Take(shown).Select(c => FormattableString.Invariant($"{c.Key} {DiffReport.Name(c.Verdict)}, was {Text(c.Left)}, is {Text(c.Right)}")));
        throw new ProblemException(
            FormattableString.Invariant($"{failed.Length} of {report.Cells.Count} cells differ from the snapshot"), new Place(Path.Combine(folder, ResultFiles.ReceivedText)),
            failed.Length > shown ? FormattableString.Invariant($"{names}; and {failed.Length - shown} more") : names,
            $"compare {ResultFiles.ReceivedText} with {ResultFiles.VerifiedText}; where the new results are right, accept them", ExitCode.CheckFailed);
    }

    static string Text(double? value) => value is { } number ? FormattableString.Invariant($"{number:0.0000##}") : "nothing";
}
