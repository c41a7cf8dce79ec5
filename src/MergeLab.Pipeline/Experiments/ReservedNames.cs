namespace MergeLab.Experiments;

/// <summary>Names of the build's own targets, which no experiment may hide. Targets ignore case.</summary>
static class ReservedNames
{
    public static readonly IReadOnlySet<string> All = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "Default", "Reproduce", "Run", "Plan", "Sweep", "Diff", "Accept", "Report", "Query", "Merge", "TrainZoo",
        "Verify", "Gc", "Doctor", "Test", "Bench", "Build", "Format", "Clean", "Help",
    };
}
