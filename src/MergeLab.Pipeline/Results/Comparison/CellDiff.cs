namespace MergeLab.Results.Comparison;

/// <summary>One cell of two result sets.</summary>
/// <param name="Left">Its value in the left set; null where it is not there.</param>
/// <param name="Tolerance">Absolute difference allowed.</param>
/// <param name="Within">Whether the values agree within it; false where one is missing.</param>
/// <param name="Test">The paired test, where one was needed.</param>
/// <param name="Reasons">What moved in the stage behind the cell, where the locks tell.</param>
public sealed record CellDiff(CellKey Key, Verdict Verdict, double? Left, double? Right, double Tolerance, bool Within, PairedResult? Test, IReadOnlyList<string> Reasons)
{
    /// <summary>Right less left.</summary>
    public double? Delta => Right - Left;

    /// <summary>A regression: what <c>diff</c> exits 1 for.</summary>
    public bool Fails => Verdict is Verdict.Worse or Verdict.Missing or Verdict.Incomparable;

    /// <summary>A value outside its tolerance in either direction, or a cell that is gone: what a reproduction fails for.</summary>
    public bool FailsReproduction => !Within && Verdict != Verdict.New;
}

/// <summary>A paired test of a cell's examples.</summary>
/// <param name="Name">mcnemar or sign-flip.</param>
/// <param name="Pairs">Number of examples.</param>
/// <param name="P">Two-sided.</param>
/// <param name="AdjustedP">Holm's, over the cells tested in this comparison.</param>
/// <param name="Low">Of the 95 % interval of the mean difference (BCa bootstrap).</param>
/// <param name="High">Of the same.</param>
public sealed record PairedResult(string Name, int Pairs, double P, double AdjustedP, double Low, double High);
