namespace MergeLab.Merging.Tests.Checkpoints;

/// <summary>Adapters written, and merged, by PEFT: tests/goldens/adapters.</summary>
static class AdapterGoldens
{
    public static string Base(string name) => Repository.Golden("adapters", "bases", name);

    public static string Case(string name) => Repository.Golden("adapters", "cases", name);

    public static string Error(string name) => Repository.Golden("adapters", "errors", name, "adapter");

    public static IReadOnlyList<string> Cases { get; } =
        [.. Directory.EnumerateDirectories(Repository.Golden("adapters", "cases")).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];
}
