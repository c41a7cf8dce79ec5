using MergeLab.Core.Errors;

namespace MergeLab.Results.Sources;

/// <summary>The snapshots of a git revision.</summary>
sealed class GitSource : ResultSource
{
    readonly Git git;
    readonly string commit, prefix;

    public GitSource(string revision, string results)
    {
        Name = revision;
        git = Git.Around(results);
        commit = git.Commit(revision);
        prefix = git.PathInRepository(results);
        Experiments = [.. git.Files(commit, prefix)
            .Where(f => f.EndsWith("/" + ResultFiles.VerifiedResults, StringComparison.Ordinal))
            .Select(f => f[(prefix.Length + 1)..^(ResultFiles.VerifiedResults.Length + 1)])
            .Where(f => !f.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    public override string Name { get; }

    public override IReadOnlyList<string> Experiments { get; }

    public override StoredResults Read(string experiment)
    {
        if (!Experiments.Contains(experiment)) throw new ProblemException($"no snapshot of {experiment} in {Name}", new Place($"{prefix}/{experiment}"), remedy: "name a revision that has one", exit: ExitCode.CheckFailed);
        var folder = Directory.CreateTempSubdirectory("mergelab-results-").FullName;
        try
        {
            foreach (var file in (string[])[ResultFiles.VerifiedResults, ResultFiles.VerifiedExamples, ResultFiles.Lock])
                git.Extract(commit, $"{prefix}/{experiment}/{file}", Path.Combine(folder, file));
            return ResultFiles.ReadSnapshot(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
