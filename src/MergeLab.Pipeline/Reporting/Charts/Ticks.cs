using System.Globalization;

namespace MergeLab.Reporting.Charts;

/// <summary>Round numbers for an axis (Heckbert, Nice numbers for graph labels, Graphics Gems, 1990).</summary>
public sealed record Ticks(IReadOnlyList<double> Values, int Decimals)
{
    /// <summary>Ticks that enclose a range.</summary>
    /// <param name="wanted">About how many.</param>
    public static Ticks Around(double low, double high, int wanted)
    {
        if (!(high > low))
        {
            var room = low == 0 ? 1 : Math.Abs(low) * 0.1;
            (low, high) = (low - room, low + room);
        }
        var raw = (high - low) / Math.Max(1, wanted - 1);
        var exponent = (int)Math.Floor(Math.Log10(raw));
        var fraction = raw / Math.Pow(10, exponent);
        var (nice, carry) = fraction switch { < 1.5 => (1, 0), < 3.5 => (2, 0), < 7.5 => (5, 0), _ => (1, 1) };
        exponent += carry;
        // Whole multiples of the step, scaled at the end: 3 × 0.1 would not be 0.3.
        double At(long multiple) => exponent >= 0 ? multiple * nice * Math.Pow(10, exponent) : multiple * nice / Math.Pow(10, -exponent);
        var step = At(1);
        var (first, last) = ((long)Math.Floor((low / step) + 1e-9), (long)Math.Ceiling((high / step) - 1e-9));
        return new Ticks([.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => At(first + i))], Math.Max(0, -exponent));
    }

    public string Label(double value) => value.ToString("F" + Decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).Replace('-', '−');
}
