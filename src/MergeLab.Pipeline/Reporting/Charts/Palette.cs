namespace MergeLab.Reporting.Charts;

/// <summary>
/// Colours of series: Okabe and Ito's (Color Universal Design, 2008), which people with any colour vision tell apart. A drawing names classes only;
/// <see cref="Css"/> gives each its colour, and text a darker one (lighter on dark) that is legible at small sizes.
/// </summary>
public static class Palette
{
    static readonly (string Light, string LightText, string Dark, string DarkText)[] colours =
    [
        ("#0072b2", "#005f95", "#56b4e9", "#7cc5ee"), // blue
        ("#d55e00", "#a84a00", "#f0803c", "#f49c66"), // vermilion
        ("#009e73", "#00704f", "#2cc295", "#5ad3ae"), // bluish green
        ("#cc79a7", "#9a4a76", "#e09cc3", "#e8b3d1"), // reddish purple
        ("#e69f00", "#8a5f00", "#f0b429", "#f3c55b"), // orange
        ("#56b4e9", "#2b6f99", "#8fd0f5", "#a9dbf8"), // sky blue
        ("#5b6470", "#4a525c", "#a3adb8", "#b4bdc7"), // grey
    ];

    /// <summary>Class of the n-th series; they repeat after seven.</summary>
    public static string Series(int index) => $"s{index % colours.Length}";

    /// <summary>Variables for light or dark.</summary>
    public static string Css(bool dark) => string.Concat(colours.Select((c, i) => $"--s{i}:{(dark ? c.Dark : c.Light)};--s{i}t:{(dark ? c.DarkText : c.LightText)};"));

    /// <summary>Rules that hand each series' variables on.</summary>
    public static string Rules => string.Concat(colours.Select((_, i) => $".s{i}{{--c:var(--s{i});--ct:var(--s{i}t)}}"));
}
