using System.Text;

namespace MergeLab.Core.Text;

/// <summary>Text of untrusted files as messages show it: short, and without characters that a terminal would obey.</summary>
public static class Excerpt
{
    public static string Of(ReadOnlySpan<char> text, int longest = 60)
    {
        var shown = new StringBuilder();
        foreach (var c in text[..Math.Min(longest, text.Length)]) shown.Append(char.IsControl(c) ? '?' : c);
        return text.Length > longest ? shown.Append('…').ToString() : shown.ToString();
    }
}
