using System.Text;

namespace MergeLab.Cli.Commands;

/// <summary>Plain aligned text for people; the JSON form is for programs.</summary>
static class Terminal
{
    /// <summary>Columns as wide as their widest cell, two spaces between them; the last one is not padded.</summary>
    public static void WriteTable(TextWriter to, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<IReadOnlyList<string>> all = [heads, .. rows];
        var widths = Enumerable.Range(0, heads.Count).Select(c => all.Max(r => r[c].Length)).ToArray();
        var line = new StringBuilder();
        foreach (var row in all)
        {
            line.Clear();
            for (var c = 0; c < row.Count; c++)
            {
                if (c > 0) line.Append("  ");
                line.Append(c == row.Count - 1 ? row[c] : row[c].PadRight(widths[c]));
            }
            to.WriteLine(line);
        }
    }

    /// <summary>Text from a file, without the characters a terminal would obey.</summary>
    public static string Clean(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
