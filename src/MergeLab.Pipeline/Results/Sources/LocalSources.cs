using MergeLab.Core.Errors;

namespace MergeLab.Results.Sources;

/// <summary>The accepted snapshots in the work tree.</summary>
sealed class SnapshotSource(string results) : ResultSource
{
    public override string Name => CommittedName;

    public override IReadOnlyList<string> Experiments { get; } = Below(results, ResultFiles.HasSnapshot);

    public override StoredResults Read(string experiment) => ResultFiles.ReadSnapshot(Path.Combine(results, experiment));
}

/// <summary>What the last runs found.</summary>
sealed class RunSource(string results) : ResultSource
{
    public override string Name => "last run";

    public override IReadOnlyList<string> Experiments { get; } = Below(results, ResultFiles.HasRun);

    public override StoredResults Read(string experiment) => ResultFiles.ReadRun(Path.Combine(results, experiment));
}

/// <summary>A folder of results wherever it lies: runs, and where there is none snapshots.</summary>
sealed class FolderSource : ResultSource
{
    readonly Dictionary<string, string> folders;

    public FolderSource(string folder)
    {
        Name = folder;
        folder = Path.GetFullPath(folder);
        string[] found = Has(folder) ? [folder] : [.. Directory.EnumerateDirectories(folder).Where(Has)];
        if (found.Length == 0)
            throw new ProblemException("no results in the folder", new Place(folder), $"neither it nor a folder in it has {ResultFiles.Results} or {ResultFiles.VerifiedResults}", "name results/ or a folder in it");
        // A copied folder may have any name: what is compared are the experiments its files are about.
        folders = new(StringComparer.Ordinal);
        foreach (var each in found.Order(StringComparer.Ordinal))
            if (ExperimentOf(each) is var experiment && !folders.TryAdd(experiment, each)) throw new ProblemException($"two result folders of the experiment {experiment}", new Place(each), $"the other is {folders[experiment]}", "name one of the two");
        Experiments = [.. folders.Keys.Order(StringComparer.Ordinal)];
    }

    public override string Name { get; }

    public override IReadOnlyList<string> Experiments { get; }

    public override StoredResults Read(string experiment) => folders.TryGetValue(experiment, out var folder) ? ReadFolder(folder) : throw new ProblemException($"no results of {experiment}", new Place(Name), exit: ExitCode.CheckFailed);

    static StoredResults ReadFolder(string folder) => ResultFiles.HasRun(folder) ? ResultFiles.ReadRun(folder) : ResultFiles.ReadSnapshot(folder);

    static bool Has(string folder) => ResultFiles.HasRun(folder) || ResultFiles.HasSnapshot(folder);

    static string ExperimentOf(string folder) => ReadFolder(folder).Results.Rows is [var first, ..] ? first.Experiment : Path.GetFileName(folder);
}
