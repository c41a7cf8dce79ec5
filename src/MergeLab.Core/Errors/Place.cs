using System.Globalization;

namespace MergeLab.Core.Errors;

/// <summary>Where a problem lies: a file, and in it a line and column (1-based) or a tensor.</summary>
public sealed record Place(string File, int? Line = null, int? Column = null, string? Tensor = null)
{
    public override string ToString()
    {
        var text = File;
        if (Line is { } line) text += string.Create(CultureInfo.InvariantCulture, $":{line}");
        if (Line is not null && Column is { } column) text += string.Create(CultureInfo.InvariantCulture, $":{column}");
        return Tensor is null ? text : $"{text}, tensor {Tensor}";
    }
}
