using System.Globalization;
using System.Net;
using System.Text;

namespace MergeLab.Reporting;

/// <summary>
/// A table of numbers as an SVG picture: cells coloured from blue over white (the centre) to red, each with its value. The same numbers give
/// the same bytes.
/// </summary>
/// <param name="Title">Above the picture, and its name for screen readers.</param>
/// <param name="Rows">Labels, top to bottom.</param>
/// <param name="Columns">Labels, left to right.</param>
/// <param name="Values">[rows, columns]; NaN leaves a cell empty.</param>
public sealed record HeatMap(string Title, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, double[,] Values)
{
    const int CellWidth = 30, CellHeight = 18, Letter = 6, Margin = 8, TitleHeight = 24;

    /// <summary>The value of white.</summary>
    public double Centre { get; init; }

    /// <summary>Distance from the centre at which the colour is full.</summary>
    public double Reach { get; init; } = 1;

    /// <summary>How a value is written: a .NET numeric format.</summary>
    public string Format { get; init; } = "0.00";

    /// <summary>Cells to frame.</summary>
    public Func<int, int, bool> Framed { get; init; } = (_, _) => false;

    public string ToSvg()
    {
        if (Values.GetLength(0) != Rows.Count || Values.GetLength(1) != Columns.Count) throw new ArgumentException($"{Values.GetLength(0)}×{Values.GetLength(1)} values, but {Rows.Count}×{Columns.Count} labels");
        var left = Margin + Letter * Rows.Max(r => r.Length) + Margin;
        var top = TitleHeight + Margin + Letter * Columns.Max(c => c.Length);
        var (width, height) = (left + CellWidth * Columns.Count + Margin, top + CellHeight * Rows.Count + Margin);
        var svg = new StringBuilder();
        Add($"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="10" role="img">""");
        Add($"""<title>{Escaped(Title)}</title>""");
        Add($"""<rect width="{width}" height="{height}" fill="#fff"/>""");
        Add($"""<text x="{Margin}" y="{TitleHeight - 8}" font-size="13">{Escaped(Title)}</text>""");
        for (var c = 0; c < Columns.Count; c++)
        {
            var (x, y) = (left + CellWidth * c + CellWidth / 2 + 3, top - 4);
            Add($"""<text x="{x}" y="{y}" transform="rotate(-90 {x} {y})">{Escaped(Columns[c])}</text>""");
        }
        for (var r = 0; r < Rows.Count; r++)
        {
            var y = top + CellHeight * r;
            Add($"""<text x="{left - 4}" y="{y + 13}" text-anchor="end">{Escaped(Rows[r])}</text>""");
            for (var c = 0; c < Columns.Count; c++)
            {
                if (double.IsNaN(Values[r, c])) continue;
                var x = left + CellWidth * c;
                var (fill, ink) = Colours(Values[r, c]);
                var frame = Framed(r, c) ? " stroke=\"#000\"" : "";
                Add($"""<rect x="{x}" y="{y}" width="{CellWidth - 1}" height="{CellHeight - 1}" fill="{fill}"{frame}/>""");
                Add($"""<text x="{x + CellWidth / 2}" y="{y + 13}" text-anchor="middle" fill="{ink}">{Values[r, c].ToString(Format, CultureInfo.InvariantCulture)}</text>""");
            }
        }
        Add($"</svg>");
        return svg.ToString();

        void Add(FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    /// <summary>Linear from white to full colour; white ink where the ground is dark.</summary>
    (string Fill, string Ink) Colours(double value)
    {
        var share = Math.Clamp((value - Centre) / Reach, -1, 1);
        (int R, int G, int B) full = share < 0 ? (33, 102, 172) : (178, 24, 43);
        var depth = Math.Abs(share);
        return (string.Create(CultureInfo.InvariantCulture, $"#{Mixed(full.R):x2}{Mixed(full.G):x2}{Mixed(full.B):x2}"), depth > 0.6 ? "#fff" : "#000");

        int Mixed(int channel) => (int)Math.Round(255 + (channel - 255) * depth);
    }

    static string Escaped(string text) => WebUtility.HtmlEncode(text);
}
