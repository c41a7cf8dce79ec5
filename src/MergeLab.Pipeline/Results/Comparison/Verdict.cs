namespace MergeLab.Results.Comparison;

/// <summary>What became of a cell from one result set to another.</summary>
public enum Verdict
{
    /// <summary>The same bits.</summary>
    Identical,

    /// <summary>Within the tolerance.</summary>
    Equal,

    /// <summary>Outside the tolerance, but no more than chance does among these examples.</summary>
    Noise,

    Better,

    Worse,

    /// <summary>Only the left side has it.</summary>
    Missing,

    /// <summary>Only the right side has it.</summary>
    New,

    /// <summary>Measured on other examples.</summary>
    Incomparable,
}
