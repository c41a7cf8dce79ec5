namespace MergeLab.Build;

/// <summary>Every target, in the order help lists them. A new one is a row here.</summary>
public static class TargetTable
{
    /// <summary>What runs without <c>--target</c>.</summary>
    public const string Standard = "Help";

    public static IReadOnlyList<Target> All { get; } =
    [
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
        new("Help", "this text (default)", Acts.Help),
    ];
}
