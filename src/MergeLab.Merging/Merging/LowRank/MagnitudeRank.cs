using MergeLab.Merging.Methods.Spectral;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// The magnitude of a given rank among more numbers than memory holds, for several lists at once: a first pass counts leading bits of the
/// numbers, a second collects those that share the bits sought, well under a hundredth of them. The numbers must be the same in both passes.
/// </summary>
sealed class MagnitudeRank(int lists, double density)
{
    public const int Passes = 2;
    const int Shift = 45; // exponent and seven bits of the fraction are left

    readonly long[][] counts = [.. Enumerable.Range(0, lists).Select(_ => new long[1 << (63 - Shift)])];
    readonly List<double>[] candidates = [.. Enumerable.Range(0, lists).Select(_ => new List<double>())];
    readonly int[] bins = new int[lists];
    readonly long[] below = new long[lists];
    readonly long[] dropped = new long[lists];
    bool collecting;

    /// <summary>The smallest magnitude kept of each list, where ⌊density·d⌋ + 1 of d are; 0 where all are.</summary>
    public double[] Cuts { get; } = new double[lists];

    public void Add(int list, ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            var magnitude = Math.Abs(value);
            var bin = (int)(BitConverter.DoubleToInt64Bits(magnitude) >> Shift);
            if (!collecting) counts[list][bin]++;
            else if (bin == bins[list]) candidates[list].Add(magnitude);
        }
    }

    public void EndPass()
    {
        for (var list = 0; list < Cuts.Length; list++)
        {
            if (collecting) Select(list);
            else FindBin(list);
        }
        collecting = true;
    }

    void FindBin(int list)
    {
        var count = counts[list].Sum();
        dropped[list] = count - RankShare.Floor(density, count);
        bins[list] = -1;
        for (var bin = 0; bin < counts[list].Length && dropped[list] > 0; bin++)
        {
            if (below[list] + counts[list][bin] >= dropped[list])
            {
                bins[list] = bin;
                break;
            }
            below[list] += counts[list][bin];
        }
    }

    void Select(int list)
    {
        if (bins[list] < 0) return;
        candidates[list].Sort();
        Cuts[list] = candidates[list][(int)(dropped[list] - below[list] - 1)];
    }
}
