using System.Globalization;
using MergeLab.Core.Errors;

namespace MergeLab.Cli.Commands;

/// <summary>Byte counts as people write them. Units are decimal, as in Hugging Face's tools.</summary>
static class ByteSize
{
    static readonly (string Suffix, long Bytes)[] Units = [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1)];

    public static long Parse(string text, string option)
    {
        var upper = text.Trim().ToUpperInvariant();
        var (suffix, unit) = Units.FirstOrDefault(u => upper.EndsWith(u.Suffix, StringComparison.Ordinal), ("", 1));
        if (decimal.TryParse(upper[..^suffix.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count > 0 && count < long.MaxValue / unit)
            return (long)(count * unit);
        throw new ProblemException($"{option} {text}: not a size", remedy: "write a number and a unit, such as 5GB or 500MB");
    }

    public static string Format(long bytes)
    {
        var (suffix, unit) = Units.First(u => bytes >= u.Bytes || u.Bytes == 1);
        return unit == 1 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / unit:F1} {suffix}");
    }
}
