using MergeLab.Core.Errors;
using MergeLab.Results.Locks;
using MergeLab.Tables;

namespace MergeLab.Results;

/// <summary>
/// Takes the last run's results as the snapshot. The four files are prepared in a folder whose renaming is the moment of acceptance; if the program
/// ends after it, whoever looks at the snapshot next moves the rest. So the snapshot is the old one or the new one, never a mixture.
/// </summary>
public static class SnapshotAcceptance
{
    const string Preparing = ".accepting", Accepted = ".accepted";

    /// <returns>The files of the snapshot.</returns>
    /// <exception cref="ProblemException">There is no run to accept, or it does not say which stages it came from.</exception>
    public static IReadOnlyList<string> Accept(string folder)
    {
        Finish(folder);
        var (results, stages) = ResultFiles.ReadRun(folder);
        if (results.Rows.Count == 0) throw new ProblemException("the last run has no results", new Place(Path.Combine(folder, ResultFiles.Results)), remedy: "run the experiment first", exit: ExitCode.CheckFailed);
        if (stages is null) throw new ProblemException("the last run does not say what it was made of", new Place(Path.Combine(folder, ResultFiles.RunLock)), remedy: "run the experiment again", exit: ExitCode.CheckFailed);
        var preparing = Path.Combine(folder, Preparing);
        if (Directory.Exists(preparing)) Directory.Delete(preparing, recursive: true);
        try
        {
            ParquetFile.Write(Path.Combine(preparing, ResultFiles.VerifiedResults), ResultSchema.Results, results.Rows);
            ParquetFile.Write(Path.Combine(preparing, ResultFiles.VerifiedExamples), ResultSchema.SlimExamples, results.Examples);
            TextFile.Write(Path.Combine(preparing, ResultFiles.VerifiedText), VerifiedTable.Write(results));
            TextFile.Write(Path.Combine(preparing, ResultFiles.Lock), LockText.Write(stages));
            Directory.Move(preparing, Path.Combine(folder, Accepted));
        }
        finally
        {
            if (Directory.Exists(preparing)) Directory.Delete(preparing, recursive: true);
        }
        Finish(folder);
        File.Delete(Path.Combine(folder, ResultFiles.ReceivedText));
        return [.. ((string[])[ResultFiles.VerifiedResults, ResultFiles.VerifiedExamples, ResultFiles.VerifiedText, ResultFiles.Lock]).Select(f => Path.Combine(folder, f))];
    }

    /// <summary>Completes an acceptance that was cut off after its moment.</summary>
    internal static void Finish(string folder)
    {
        var accepted = Path.Combine(folder, Accepted);
        if (!Directory.Exists(accepted)) return;
        foreach (var file in Directory.GetFiles(accepted)) File.Move(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        Directory.Delete(accepted, recursive: true);
    }
}
