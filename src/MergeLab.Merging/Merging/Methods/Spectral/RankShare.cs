namespace MergeLab.Merging.Methods.Spectral;

/// <summary>Ranks from shares of a dimension, in exact decimal arithmetic: 0.29 of 100 is 29, where the product of doubles, cut off, is 28.</summary>
static class RankShare
{
    /// <summary>⌊share·side⌋.</summary>
    public static long Floor(double share, long side) => (long)decimal.Floor((decimal)share * side);

    /// <summary>⌈share·side⌉.</summary>
    public static long Ceiling(double share, long side) => (long)decimal.Ceiling((decimal)share * side);

    /// <summary>CART's count: nothing of 0, all of 1, else at least one.</summary>
    public static long Kept(double share, long side) => share <= 0 ? 0 : share >= 1 ? side : Math.Max(1, Floor(share, side));

    /// <summary>The fewest leading values whose squares are at least a share of all squares.</summary>
    public static long OfEnergy(double share, IReadOnlyList<double> squares)
    {
        var total = squares.Sum();
        if (total == 0 || share <= 0) return 0;
        var sum = 0.0;
        for (var k = 0; k < squares.Count; k++)
            if ((sum += squares[k]) / total >= share) return k + 1;
        return squares.Count;
    }
}
