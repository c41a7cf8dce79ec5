using System.Globalization;

namespace MergeLab.Core.Yaml;

/// <summary>Numbers as YAML 1.1 files and Python write them: also <c>1_000</c>, <c>2e-1</c>, <c>.5</c>, <c>.inf</c> and <c>.nan</c>.</summary>
public static class YamlNumber
{
    /// <summary>The number, which may be infinite or not a number; null for other text.</summary>
    public static double? Parse(string text)
    {
        var body = text.Trim();
        var digits = body.TrimStart('+', '-');
        if (digits.Length is 0 || digits.Length < body.Length - 1) return null;
        switch (digits)
        {
            case ".inf" or ".Inf" or ".INF" or "inf" or "Inf" or "infinity" or "Infinity":
                return body[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            case ".nan" or ".NaN" or ".NAN" or "nan" or "NaN":
                return double.NaN;
        }
        if (!char.IsAsciiDigit(digits[0]) && digits[0] != '.') return null;
        // 010 is 8 in YAML 1.1 and 10 in 1.2: not guessed.
        if (digits.Length > 1 && digits[0] == '0' && digits.All(char.IsAsciiDigit)) return null;
        if (digits.Contains("__", StringComparison.Ordinal) || digits[^1] == '_') return null;
        const NumberStyles Form = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(body.Replace("_", "", StringComparison.Ordinal), Form, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>The flag that text stands for in YAML 1.1 and in Python's parsers; null for other text.</summary>
    public static bool? ParseFlag(string text) => text.Trim().ToUpperInvariant() switch
    {
        "TRUE" or "YES" or "ON" or "Y" or "T" or "1" => true,
        "FALSE" or "NO" or "OFF" or "N" or "F" or "0" => false,
        _ => null,
    };
}
