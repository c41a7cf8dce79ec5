using System.Globalization;

namespace MergeLab.Results.Comparison;

/// <summary>Two result sets compared.</summary>
/// <param name="SameRuntime">Whether both come from one numeric runtime; null where a side does not tell: then no difference is allowed.</param>
/// <param name="Cells">By key.</param>
public sealed record DiffReport(string Left, string Right, bool? SameRuntime, IReadOnlyList<CellDiff> Cells)
{
    /// <summary>A regression.</summary>
    public bool Fails => Cells.Any(c => c.Fails);

    /// <summary>A value outside its tolerance in either direction, or a missing cell.</summary>
    public bool FailsReproduction => Cells.Any(c => c.FailsReproduction);

    public IEnumerable<CellDiff> Changed => Cells.Where(c => c.Verdict is not (Verdict.Identical or Verdict.Equal));

    public static string Name(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    /// <summary><c>80 cells: 78 identical, 1 noise, 1 worse</c>.</summary>
    public string Summary
    {
        get
        {
            var counts = Cells.GroupBy(c => c.Verdict).OrderBy(g => g.Key).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {Name(g.Key)}"));
            var cells = Cells.Count == 1 ? "1 cell" : string.Create(CultureInfo.InvariantCulture, $"{Cells.Count} cells");
            return Cells.Count == 0 ? "no cells" : $"{cells}: {string.Join(", ", counts)}";
        }
    }

    /// <summary>How the runtimes decide the tolerance, for people.</summary>
    public string RuntimeNote => SameRuntime switch
    {
        true => "same numeric runtime: no difference is allowed",
        false => "another numeric runtime: differences within each metric's tolerance are allowed",
        null => "the numeric runtime of a side is not known: no difference is allowed",
    };

    /// <summary>One report over several experiments, which keep their own tolerances.</summary>
    public static DiffReport Join(string left, string right, IReadOnlyList<DiffReport> parts) => new(
        left, right, parts.Any(p => p.SameRuntime == false) ? false : parts.All(p => p.SameRuntime == true) && parts.Count > 0 ? true : null, [.. parts.SelectMany(p => p.Cells).OrderBy(c => c.Key, CellKey.Order)]);
}
