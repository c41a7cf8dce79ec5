using MergeLab.Core.Errors;

namespace MergeLab.Build;

/// <summary>Targets over experiments and their results. All work is done by one child, <c>mergelab</c>, which owns order, parallelism and resume.</summary>
static class ExperimentActs
{
    static readonly Flag Experiment = new("experiment", "only these experiments, names or globs", "A,B");
    static readonly Flag Cores = new("cores", "stages at once", "N");
    static readonly Flag Memory = new("memory", "memory that stages may take together, e.g. 8GB", "SIZE");
    static readonly Flag Cache = new("cache", "folder of cached stages", "DIR", IsPath: true);
    static readonly Flag KeepGoing = new("keep-going", "after a failure, still run what does not need the failed stage");
    static readonly Flag Quiet = new("quiet", "no progress");
    static readonly Flag Verbose = new("verbose", "more detail, and stack traces with errors");
    static readonly Flag Json = new("json", "the result as JSON");
    static readonly Flag Sql = new("sql", "the question, over the views results and examples", "SELECT", IsRequired: true);
    static readonly Flag Left = new("left", "a result folder, a git revision, or committed (default)", "SOURCE");
    static readonly Flag Right = new("right", "the same; the last run by default", "SOURCE");

    static readonly Flag[] Selection =
    [
        new("only", "only these stages, globs over their ids", "GLOBS"), new("from", "these stages and all that need them", "GLOBS"), new("until", "these stages and all they need", "GLOBS"),
    ];

    public static readonly Flag[] ReproduceFlags = [Experiment, Cores, Memory, Cache, KeepGoing, Quiet, Verbose];
    public static readonly Flag[] RunFlags = [.. ReproduceFlags, .. Selection, new("profile", "where stages run: local", "NAME")];
    public static readonly Flag[] PlanFlags = [Experiment, .. Selection, Cores, Memory, Cache, new("check", "exit 10 where something would run"), Json, new("out", "write the plan as JSON to this file", "FILE", IsPath: true)];
    public static readonly Flag[] SweepFlags = [Cores, Memory, Cache, Quiet, Verbose];
    public static readonly Flag[] DiffFlags = [Left, Right, Experiment, Json];
    public static readonly Flag[] AcceptFlags = [Experiment, Json];
    public static readonly Flag[] ReportFlags = [Experiment, Json];
    public static readonly Flag[] QueryFlags = [Sql, Experiment, Json];
    public static readonly Flag[] GcFlags =
    [
        new("older-than", "remove what was not used for so many days", "DAYS"), new("keep", "keep at most this much", "SIZE"), new("dry-run", "only say what would be removed"), Cache, Json,
    ];

    public static ExitCode Reproduce(Invocation invocation) => invocation.Mergelab(["run", "--compare", .. invocation.Given(ReproduceFlags)]);

    public static ExitCode Run(Invocation invocation) => invocation.Mergelab(["run", .. invocation.Given(RunFlags)]);

    public static ExitCode Plan(Invocation invocation) => invocation.Mergelab(["plan", .. invocation.Given(PlanFlags)]);

    /// <summary>Everything, also the slow experiments; what differs from the snapshots fails at the end, when all reports are written.</summary>
    public static ExitCode Sweep(Invocation invocation) => invocation.Mergelab(["run", "--slow", "--compare", "--keep-going", .. invocation.Given(SweepFlags)]);

    public static ExitCode Diff(Invocation invocation) => invocation.Mergelab([
        "diff", invocation.Arguments.Last(Left.Name) ?? "committed", .. invocation.Arguments.Last(Right.Name) is { } right ? [right] : Array.Empty<string>(), .. invocation.Given([Experiment, Json]),
    ]);

    public static ExitCode Accept(Invocation invocation) => invocation.Mergelab(["accept", .. invocation.Given(AcceptFlags)]);

    public static ExitCode Report(Invocation invocation) => invocation.Mergelab(["report", .. invocation.Given(ReportFlags)]);

    public static ExitCode Query(Invocation invocation) => invocation.Mergelab(["query", invocation.Arguments.Last(Sql.Name)!, .. invocation.Given([Experiment, Json])]);

    public static ExitCode Gc(Invocation invocation) => invocation.Mergelab(["gc", .. invocation.Given(GcFlags)]);
}
