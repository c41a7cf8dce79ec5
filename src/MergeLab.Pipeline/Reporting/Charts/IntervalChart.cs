using System.Globalization;
using MergeLab.Reporting.Svg;

namespace MergeLab.Reporting.Charts;

/// <summary>A dot and its interval a line (a forest plot).</summary>
/// <param name="Zero">A value to compare with, drawn up the plot.</param>
/// <param name="Tolerance">Half the width of a band around <paramref name="Zero"/>.</param>
public sealed record IntervalChart(string Label, string X, IReadOnlyList<IntervalRow> Rows, double? Zero = null, double Tolerance = 0)
{
    const double Line = 24, Top = 10, Bottom = 44, Type = 12;

    public string Draw(double width)
    {
        // In a narrow drawing each name stands over its line.
        var narrow = width < 500;
        var names = narrow ? 0 : Math.Min(Rows.Max(r => TextWidths.Of(r.Name, Type)) * 1.06 + 14, width * 0.45);
        var line = narrow ? Line + 16 : Line;
        var plotBottom = Top + (Rows.Count * line);
        var values = Rows.SelectMany(r => (double[])[r.Value, r.Low ?? r.Value, r.High ?? r.Value]);
        if (Zero is { } zero) values = values.Concat([zero - Tolerance, zero + Tolerance]);
        var (x, ticks) = LinearScale.Around(values, names + 16, width - 16, narrow ? 4 : 6);
        var svg = new SvgWriter(width, plotBottom + Bottom, Label, "chart");
        if (Zero is { } centre && Tolerance > 0) svg.Rect(x[centre - Tolerance], Top, x[centre + Tolerance] - x[centre - Tolerance], plotBottom - Top, "tolerance");
        Axis.Horizontal(svg, x, ticks, Top, plotBottom, grid: true);
        if (Zero is { } reference) svg.Line(x[reference], Top, x[reference], plotBottom, "reference");
        for (var i = 0; i < Rows.Count; i++)
        {
            var row = Rows[i];
            var y = Top + ((i + 1) * line) - (Line / 2);
            if (narrow) svg.Text(0, y - 12, TextWidths.Fit(row.Name, Type, width), "name");
            else svg.Text(names - 4, y + 4, TextWidths.Fit(row.Name, Type, names - 8), "name", "end");
            svg.Group(Palette.Series(row.Series), string.Create(CultureInfo.InvariantCulture, $"{row.Name}: {row.Value:0.0000}{(row is { Low: { } l, High: { } h } ? $" [{l:0.0000}, {h:0.0000}]" : "")}"));
            if (row is { Low: { } low, High: { } high }) svg.Line(x[low], y, x[high], y, "whisker");
            svg.Circle(x[row.Value], y, 4, row.Hollow ? "marker hollow" : "marker").End();
        }
        svg.Text((names + width) / 2, plotBottom + 38, X, "axis-name", "middle");
        return svg.ToString();
    }
}

/// <param name="Series">Colour.</param>
/// <param name="Hollow">An empty dot, for values that are not ours.</param>
public sealed record IntervalRow(string Name, double Value, double? Low, double? High, int Series = 0, bool Hollow = false);
