namespace MergeLab.Cli.Tests.Runs;

/// <summary>What a test of whole runs cannot do without.</summary>
[Flags]
public enum RunNeeds
{
    /// <summary>The embedded models, which every such test needs.</summary>
    Zoo = 0,

    /// <summary>Signals, and <c>/proc</c>.</summary>
    Linux = 1,

    /// <summary>A file system of its own, small enough to fill.</summary>
    SmallDisk = 2,
}

/// <summary>A fact about whole runs, skipped with the reason where the clone or the machine has not what it takes.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RunFactAttribute : FactAttribute
{
    public RunFactAttribute(RunNeeds needs = RunNeeds.Zoo) => Skip = Missing(needs);

    /// <summary>Null where nothing is missing.</summary>
    internal static string? Missing(RunNeeds needs)
    {
        if (!Directory.Exists(Path.Combine(Repository.Root, "experiments", "zoo", "t5-micro"))) return "the embedded zoo is not there: no experiments/zoo/t5-micro";
        if (needs != RunNeeds.Zoo && !OperatingSystem.IsLinux()) return "needs Linux: signals and /proc";
        return needs.HasFlag(RunNeeds.SmallDisk) && SmallDisk.Refusal is { } why ? $"needs the right to mount a small file system: {why}" : null;
    }
}

/// <summary>As <see cref="RunFactAttribute"/>, for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RunTheoryAttribute : TheoryAttribute
{
    public RunTheoryAttribute(RunNeeds needs = RunNeeds.Zoo) => Skip = RunFactAttribute.Missing(needs);
}
