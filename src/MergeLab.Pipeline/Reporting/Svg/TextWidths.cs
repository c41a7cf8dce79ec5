namespace MergeLab.Reporting.Svg;

/// <summary>Widths of text set in a face with Helvetica's metrics (Helvetica, Arial, Liberation Sans), so that nothing is measured in a browser.</summary>
public static class TextWidths
{
    /// <summary>Thousandths of the type size, U+0020 to U+007E.</summary>
    static readonly short[] widths =
    [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ];

    /// <summary>Other characters count as wide as a digit; ideographs and emoji as wide as they are high.</summary>
    const int Other = 556, Wide = 1000;

    /// <summary>In the unit of <paramref name="size"/>.</summary>
    public static double Of(string text, double size)
    {
        var sum = 0;
        foreach (var rune in text.EnumerateRunes()) sum += rune.Value is >= ' ' and <= '~' ? widths[rune.Value - ' '] : rune.Value >= 0x2E80 ? Wide : Other;
        return sum * size / 1000;
    }

    /// <summary>The text, or as much of its beginning as fits with an ellipsis.</summary>
    public static string Fit(string text, double size, double room)
    {
        if (Of(text, size) <= room) return text;
        var runes = text.EnumerateRunes().ToArray();
        var keep = runes.Length;
        string Cut() => string.Concat(runes.Take(keep).Select(r => r.ToString())).TrimEnd() + "…";
        while (keep > 1 && Of(Cut(), size) > room) keep--;
        return Cut();
    }
}
