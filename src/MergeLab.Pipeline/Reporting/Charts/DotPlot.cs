using System.Globalization;
using MergeLab.Reporting.Svg;

namespace MergeLab.Reporting.Charts;

/// <summary>A line for each name, a dot on it for each series (Cleveland's dot plot): many methods on a few sets at a glance.</summary>
/// <param name="Label">For those who do not see it.</param>
/// <param name="X">Name of the axis.</param>
/// <param name="Series">Names of the colours, in order.</param>
/// <param name="Rows">From top to bottom.</param>
/// <param name="Reference">A value to compare with, drawn up the plot, and its name; null for none.</param>
public sealed record DotPlot(string Label, string X, IReadOnlyList<string> Series, IReadOnlyList<DotRow> Rows, (string Name, double Value)? Reference)
{
    const double Line = 20, Top = 34, Bottom = 44, Type = 12;

    public string Draw(double width)
    {
        // In a narrow drawing each name stands over its line.
        var narrow = width < 500;
        var names = narrow ? 0 : Math.Min(Rows.Max(r => TextWidths.Of(r.Name, Type)) * 1.06 + 14, width * 0.45);
        var line = narrow ? Line + 14 : Line;
        var bottom = Top + (Rows.Count * line);
        var values = Rows.SelectMany(r => r.Values).OfType<double>().Concat(Reference is { } r ? [r.Value] : []);
        var (x, ticks) = LinearScale.Around(values, names + 16, width - 16, narrow ? 4 : 6);
        var svg = new SvgWriter(width, bottom + Bottom, Label, "chart");
        Axis.Horizontal(svg, x, ticks, Top, bottom, grid: true);
        Legend(svg, names + 16);
        if (Reference is { } reference) svg.Line(x[reference.Value], Top, x[reference.Value], bottom, "reference");
        for (var i = 0; i < Rows.Count; i++)
        {
            var y = Top + ((i + 1) * line) - (Line / 2);
            if (narrow) svg.Text(0, y - 11, TextWidths.Fit(Rows[i].Name, Type, width), "name");
            else svg.Text(names - 4, y + 4, TextWidths.Fit(Rows[i].Name, Type, names - 8), "name", "end");
            svg.Line(x.Start, y, x.End, y, "grid");
            for (var s = 0; s < Series.Count; s++)
            {
                if (Rows[i].Values[s] is not { } value) continue;
                svg.Group(Palette.Series(s), string.Create(CultureInfo.InvariantCulture, $"{Rows[i].Name}, {Series[s]}: {value:0.0000}"));
                svg.Circle(x[value], y, 4, "marker").End();
            }
        }
        svg.Text((names + width) / 2, bottom + 38, X, "axis-name", "middle");
        return svg.ToString();
    }

    void Legend(SvgWriter svg, double left)
    {
        for (var s = 0; s < Series.Count; s++)
        {
            svg.Group(Palette.Series(s), Series[s]);
            svg.Circle(left, 14, 4, "marker").Text(left + 8, 18, Series[s], "name").End();
            left += TextWidths.Of(Series[s], Type) + 30;
        }
        if (Reference is { } reference) svg.Line(left, 6, left, 22, "reference").Text(left + 8, 18, reference.Name, "name");
    }
}

/// <param name="Name">Of the line.</param>
/// <param name="Values">One a series; null where there is none.</param>
public sealed record DotRow(string Name, IReadOnlyList<double?> Values);
