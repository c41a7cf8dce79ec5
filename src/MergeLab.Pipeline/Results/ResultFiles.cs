using MergeLab.Core.Errors;
using MergeLab.Results.Locks;
using MergeLab.Tables;

namespace MergeLab.Results;

/// <summary>The files of an experiment's folder under <c>results/</c>.</summary>
public static class ResultFiles
{
    public const string Results = "results.parquet", Examples = "examples.parquet", Timings = "timings.parquet", Report = "report.html";
    public const string VerifiedResults = "results.verified.parquet", VerifiedExamples = "examples.verified.parquet", VerifiedText = "results.verified.md", Lock = "pipeline.lock";
    public const string ReceivedText = "results.received.md";

    /// <summary>What the last run's stages were: becomes <see cref="Lock"/> when accepted.</summary>
    public const string RunLock = "run.lock";

    /// <summary>Writes what a run found. The same results give the same bytes; each file appears whole or not at all.</summary>
    public static void WriteRun(string folder, ResultSet results, PipelineLock? stages = null)
    {
        Directory.CreateDirectory(folder);
        // The results' own file comes last: where it is, the others belong to it.
        File.Delete(Path.Combine(folder, Results));
        ParquetFile.Write(Path.Combine(folder, Examples), ResultSchema.Examples, results.Examples);
        if (stages is null) File.Delete(Path.Combine(folder, RunLock));
        else TextFile.Write(Path.Combine(folder, RunLock), LockText.Write(stages));
        ParquetFile.Write(Path.Combine(folder, Results), ResultSchema.Results, results.Rows);
    }

    public static void WriteTimings(string folder, IEnumerable<TimingRow> timings) =>
        ParquetFile.Write(Path.Combine(folder, Timings), ResultSchema.Timings, timings.OrderBy(t => t.Experiment, StringComparer.Ordinal).ThenBy(t => t.Stage, StringComparer.Ordinal));

    public static IReadOnlyList<TimingRow> ReadTimings(string folder) =>
        Path.Combine(folder, Timings) is var path && File.Exists(path) ? ResultReader.Timings(path) : [];

    public static bool HasRun(string folder) => File.Exists(Path.Combine(folder, Results));

    public static bool HasSnapshot(string folder)
    {
        SnapshotAcceptance.Finish(folder);
        return File.Exists(Path.Combine(folder, VerifiedResults));
    }

    /// <summary>What the last run found.</summary>
    /// <exception cref="ProblemException">There was none.</exception>
    public static StoredResults ReadRun(string folder)
    {
        if (!HasRun(folder)) throw new ProblemException("no results of a run", new Place(folder), $"{Results} is not there", "run the experiment first", ExitCode.CheckFailed);
        var examples = Path.Combine(folder, Examples);
        return new StoredResults(
            new ResultSet(ResultReader.Results(Path.Combine(folder, Results)), File.Exists(examples) ? ResultReader.Examples(examples) : []),
            ReadLock(Path.Combine(folder, RunLock)));
    }

    /// <summary>The accepted snapshot. Its examples have no prediction and no reference.</summary>
    /// <exception cref="ProblemException">There is none yet.</exception>
    public static StoredResults ReadSnapshot(string folder)
    {
        if (!HasSnapshot(folder)) throw new ProblemException("no accepted snapshot", new Place(folder), $"{VerifiedResults} is not there", "look at the results, then accept to adopt them", ExitCode.CheckFailed);
        var examples = Path.Combine(folder, VerifiedExamples);
        return new StoredResults(
            new ResultSet(ResultReader.Results(Path.Combine(folder, VerifiedResults)), File.Exists(examples) ? ResultReader.SlimExamples(examples) : []),
            ReadLock(Path.Combine(folder, Lock)));
    }

    /// <summary>What a killed process had begun to write; younger files may have a writer.</summary>
    public static void RemoveAbandoned(string folder)
    {
        foreach (var partial in Directory.EnumerateFiles(folder, ".*.partial"))
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(partial) > TimeSpan.FromHours(1)) File.Delete(partial);
    }

    static PipelineLock? ReadLock(string path) => File.Exists(path) ? LockReader.Read(path) : null;
}

/// <summary>Results as they lie in a folder, with the stages they came from where that is known.</summary>
public sealed record StoredResults(ResultSet Results, PipelineLock? Stages);
