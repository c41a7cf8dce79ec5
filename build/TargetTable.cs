namespace MergeLab.Build;

/// <summary>Every target, in the order help lists them. A new one is a row here.</summary>
public static class TargetTable
{
    /// <summary>What runs without <c>--target</c>.</summary>
    public const string Standard = "Reproduce";

    public static IReadOnlyList<Target> All { get; } =
    [
        new("Reproduce", "run the experiments, compare with the accepted results, write reports (default)", ExperimentActs.Reproduce)
        {
            Needs = ["Program"],
            Flags = ExperimentActs.ReproduceFlags,
            Example = "--target=Reproduce --experiment=geomed",
        },
        new("Run", "the same without comparing", ExperimentActs.Run) { Needs = ["Program"], Flags = ExperimentActs.RunFlags, Example = "--target=Run --only='geomed/merge/*'" },
        new("Plan", "say what would run, and why", ExperimentActs.Plan) { Needs = ["Program"], Flags = ExperimentActs.PlanFlags, Example = "--target=Plan --experiment=geomed" },
        new("Sweep", "the nightly: all experiments, also slow ones, compared with the accepted results", ExperimentActs.Sweep) { Needs = ["Program"], Flags = ExperimentActs.SweepFlags },
        new("Diff", "compare two sets of results cell by cell, with tolerances and paired tests", ExperimentActs.Diff)
        {
            Needs = ["Program"],
            Flags = ExperimentActs.DiffFlags,
            Example = "--target=Diff --left=HEAD~1 --right=committed",
        },
        new("Accept", "take the last run's results as the new snapshot", ExperimentActs.Accept) { Needs = ["Program"], Flags = ExperimentActs.AcceptFlags, Example = "--target=Accept --experiment=geomed" },
        new("Report", "write the HTML reports again from stored results", ExperimentActs.Report) { Needs = ["Program"], Flags = ExperimentActs.ReportFlags },
        new("Query", "ask the results in SQL", ExperimentActs.Query)
        {
            Needs = ["Program"],
            Flags = ExperimentActs.QueryFlags,
            Example = "--target=Query --sql=\"select method, avg(value) from results where metric = 'rouge1' group by all\"",
        },
        new("Gc", "remove cached stages by age and size", ExperimentActs.Gc) { Needs = ["Program"], Flags = ExperimentActs.GcFlags, Example = "--target=Gc --older-than=30 --dry-run" },
        new("Build", "build everything, tests too", Compilation.Everything),
        new("Program", "build only the program artifacts/mergelab/mergelab", Compilation.Program),
        new("Test", "build, check the layout of sources, run all tests; the last line is 'N passed, N failed'", TestRun.Run)
        {
            Needs = ["Build"],
            Flags = [TestRun.Filter, TestRun.Category],
            Closing = TestRun.Closing,
            Example = "--target=Test --category='!Slow'",
        },
        new("Format", "check every formatting rule", Formatting.All) { Flags = [Formatting.Fix], Example = "--target=Format --fix" },
        new("Merge", "merge models or adapters by a recipe", Acts.Merge)
        {
            Needs = ["Program"],
            Flags = [Acts.Recipe, .. Acts.MergeFlags],
            Example = "--target=Merge --recipe=recipe.yml --out=merged",
        },
        new("Bench", "run the benchmarks; the table also goes to artifacts/bench/bench.md", Acts.Bench)
        {
            Needs = ["Build"],
            Flags = [Acts.Only],
            Example = "--target=Bench --only=linear",
        },
        new("TrainZoo", "train the embedded models from seeds into artifacts/zoo, and write their card", ZooActs.Train)
        {
            Needs = ["Program"],
            Flags = [ZooActs.AcceptFlag, .. ZooActs.Passed],
            Example = "--target=TrainZoo --accept",
        },
        new("Verify", "check the digests of the embedded models and tasks", ZooActs.Verify) { Needs = ["Program"] },
        new("Doctor", "say what this machine has and lacks", Acts.Doctor) { Needs = ["Program"] },
        new("Clean", "remove what was built; the set-up stays", Acts.Clean),
        new("Help", "this text", Acts.Help),
    ];
}
