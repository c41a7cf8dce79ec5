namespace MergeLab.Benchmarks;

/// <summary>One measured quantity beside what it is measured against.</summary>
/// <param name="What">What was measured, in words.</param>
/// <param name="Value">The measured quantity.</param>
/// <param name="Unit">Its unit: s, ×, GB/s, pairs/s.</param>
/// <param name="Target">What it should reach, in words, or null for a quantity that only informs.</param>
/// <param name="Reached">Whether it does; null without a target.</param>
sealed record Figure(string What, double Value, string Unit, string? Target = null, bool? Reached = null);

/// <summary>A benchmark: a name for <c>--only</c>, and a run that yields figures.</summary>
interface IBenchmark
{
    string Name { get; }

    IEnumerable<Figure> Run();
}
